import { existsSync, readFileSync, rmSync } from 'node:fs'
import t from 'tap'
import { compileOctavo } from '../../cli/octavo.js'
import { askUntil } from '../../support/ask.js'
import { noDjango } from '../../support/django/django-project.js'
import { bearer, path, servicePid, startBeside, writeOn } from './start-beside.js'

compileOctavo()

t.test('the service is killed, then the app', { skip: noDjango }, async (t) => {
  const beside = await startBeside(t, 'wal')
  const stop = writeOn(beside)
  process.kill(servicePid(beside), 'SIGKILL')
  // Until the system has ended it, a connection to it may still be made.
  rmSync(beside.socket)
  const gone = await beside.ask(path, bearer)
  t.match(JSON.parse(gone.body.toString()), { code: 'unavailable', hint: /./ })
  t.match(gone, { status: 503, headers: { 'retry-after': '10' } })
  t.equal((await askUntil({ at: beside.project.port, path, headers: bearer })).status, 200)
  t.ok((await stop()) > 0, 'every write was taken')
  await beside.waitFor(/octavo: (the service ended by SIGKILL)\noctavo: The app goes on/)
  await beside.waitFor(/(octavo: the service answers again)/)

  const app = readFileSync(`/proc/${beside.child.pid}/task/${beside.child.pid}/children`, 'utf8')
  process.kill(Number(app.split(' ')[0]), 'SIGKILL')
  t.equal(await beside.ended, 137)
  t.throws(() => process.kill(servicePid(beside), 0), { code: 'ESRCH' })
  t.notOk(existsSync(beside.socket))
})
