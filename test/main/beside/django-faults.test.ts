import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { compileOctavo, run } from '../../cli/octavo.js'
import { ask, askUntil } from '../../support/ask.js'
import { faultyOctavo } from '../../support/beside/faulty-octavo.js'
import {
  djangoPython,
  makeDjangoProject,
  noDjango,
  noGunicorn,
} from '../../support/django/django-project.js'
import { launchProgram } from '../../support/launch.js'
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

const views = 'octavo_views.py'

t.test('what Octavo breaks off is a broken download', { skip: noGunicorn }, async (t) => {
  const project = await makeDjangoProject(t, { journal: 'delete', views })
  const socket = join(project.folder, 'octavo.sock')
  const octavo = await faultyOctavo(t, socket)
  launchProgram(t, project.gunicorn, project.folder, { ...project.env, OCTAVO_SOCKET: socket })
  await askUntil({ at: project.port, path: '/write' })
  // The app compresses it and takes its length away: only the connection tells that it is not whole.
  const headers = { ...bearer, 'accept-encoding': 'gzip' }
  await t.rejects(ask({ at: project.port, path, headers }), { code: 'ECONNRESET' })
  const silent = await ask({ at: project.port, path: `${path}?silent`, headers: bearer })
  t.equal(silent.status, 502)
  t.equal(octavo.asked(), 2)
})

t.test('without Octavo the view answers 503', { skip: noDjango }, async (t) => {
  const project = await makeDjangoProject(t, { journal: 'delete', views })
  launchProgram(t, project.command, project.folder, project.env)
  await askUntil({ at: project.port, path: '/write' })
  const { status, body } = await ask({ at: project.port, path, headers: bearer })
  t.equal(status, 503)
  t.match(JSON.parse(body.toString()), { code: 'unavailable', message: /does not run beside/ })
})

// What the views answer before a server adds its own, and what Django knows of them.
const look = `
import os
os.environ['DJANGO_SETTINGS_MODULE'] = 'settings'
import django
django.setup()
from django.test import Client
from django.urls import resolve

answer = Client().get('${path}')
print('ETag' in answer.headers, 'Date' in answer.headers)
for path in '${path}', '${path.replace('database', 'archived')}', '/schedule/export-complete-database/':
    print(resolve(path).func._non_atomic_requests)
`

t.test(
  'the views stand outside of transactions, and leave the date to the server',
  { skip: noDjango },
  async (t) => {
    const project = await makeDjangoProject(t, { journal: 'delete', views })
    const { folder } = project
    const socket = join(folder, 'octavo.sock')
    await faultyOctavo(t, socket)
    const env = { ...project.env, OCTAVO_SOCKET: socket }
    const { out, err } = await run(djangoPython ?? 'python3', ['-c', look], { folder, env })
    t.equal(out, `True False\n${"{'default'}\n".repeat(3)}`, err)
  },
)
