import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Answer } from '../../support/ask.js'
import { staff, type ExampleApp } from '../../support/beside/example-app.js'
import { expressApp } from '../../support/beside/express-app.js'
import { faultyOctavo } from '../../support/beside/faulty-octavo.js'
import { flaskApp } from '../../support/beside/flask-app.js'
import { railsApp } from '../../support/beside/rails-app.js'
import {
  archivedPath,
  bearer,
  buttonPath,
  exportPath,
  key,
  shortFolder,
  startAlone,
  type StartedExample,
} from '../../support/beside/start-example.js'

for (const example of [flaskApp, expressApp, railsApp]) {
  t.test(
    `${example.name} without Octavo answers 503 and sends the key nowhere`,
    { skip: example.missing },
    async (t) => {
      const env = { BACKUP_API_KEY: key }
      const app = await startAlone(t, example, { filledIn: true, env })
      for (const path of [exportPath, archivedPath]) await says503(t, app, path, /does not run/)
      t.match(await press(app, example), { status: 503, body: /does not run/ })
      const about = { ...bearer, 'content-type': 'application/json', 'content-length': 2 }
      const told = await app.ask(archivedPath, { method: 'POST', headers: about, body: '{}' })
      t.equal(told.status, 503)
    },
  )

  t.test(
    `${example.name}: what Octavo breaks off is a broken download`,
    { skip: example.missing },
    async (t) => {
      const socket = join(shortFolder(t), 'octavo.sock')
      const env = { OCTAVO_SOCKET: socket }
      const app = await startAlone(t, example, { filledIn: true, env })
      t.match(await press(app, example), { status: 503, body: /has no BACKUP_API_KEY/ })
      await says503(t, app, exportPath, /Octavo is not up/)
      const octavo = await faultyOctavo(t, socket)
      await t.rejects(app.ask(exportPath, { headers: bearer }), { code: 'ECONNRESET' })
      t.equal(octavo.asked(), 1, 'it is not asked again for the rest')
      await says503(t, app, `${exportPath}?silent`, /Octavo is not up/)
      t.equal(octavo.asked(), 2)
    },
  )
}

async function press(app: StartedExample, example: ExampleApp): Promise<Answer> {
  const headers = { ...staff, ...(await example.formHeaders(app.port)) }
  return app.ask(buttonPath, { method: 'POST', headers })
}

async function says503(t: Test, app: StartedExample, path: string, why: RegExp): Promise<void> {
  const { status, headers, body } = await app.ask(path, { headers: bearer })
  t.match({ status, headers }, { status: 503, headers: { 'retry-after': '10' } }, path)
  t.match(JSON.parse(body.toString()), { code: 'unavailable', message: why, hint: /./ })
}
