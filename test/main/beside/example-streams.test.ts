import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import t from 'tap'
import { expressApp } from '../../support/beside/express-app.js'
import { flaskApp } from '../../support/beside/flask-app.js'
import { heldOctavo } from '../../support/beside/held-octavo.js'
import { railsApp } from '../../support/beside/rails-app.js'
import { bearer, exportPath, shortFolder, startAlone } from '../../support/beside/start-example.js'

// An app that gathers an answer before it sends it has all of the export in its memory.

for (const example of [flaskApp, expressApp, railsApp])
  t.test(`${example.name} sends what it has of an export`, { skip: example.missing }, async (t) => {
    const socket = join(shortFolder(t), 'octavo.sock')
    const octavo = await heldOctavo(t, socket)
    const app = await startAlone(t, example, { env: { OCTAVO_SOCKET: socket } })
    const place = { port: app.port, path: exportPath, headers: bearer, agent: false }
    const asked = request({ ...place, signal: AbortSignal.timeout(60_000) }).end()
    const answered = once(asked, 'response') as Promise<[IncomingMessage]>
    await octavo.asked
    await octavo.sendHalf()
    const [answer] = await answered
    await once(answer, 'readable')
    t.pass('there are bytes while the other half is held back')
    octavo.sendRest()
    t.equal((await buffer(answer)).length, Number(answer.headers['content-length']))
  })
