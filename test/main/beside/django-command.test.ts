import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { compileOctavo, octavo } from '../../cli/octavo.js'
import { ask, askUntil } from '../../support/ask.js'
import { makeDjangoProject, noDjango } from '../../support/django/django-project.js'
import { launchProgram } from '../../support/launch.js'
import { bearer, button, path } from './start-beside.js'

compileOctavo()

t.test('without a service the view runs the command', { skip: noDjango }, async (t) => {
  const project = await makeDjangoProject(t, {
    journal: 'delete',
    views: 'octavo_command_views.py',
  })
  launchProgram(t, project.command, project.folder, project.env)
  await askUntil({ at: project.port, path: '/write' })
  const at = project.port
  const { status, body } = await ask({ at, path, headers: bearer })
  t.equal(status, 200)
  writeFileSync(join(project.folder, 'b.json'), body)
  t.match(await octavo(['verify', 'b.json'], { folder: project.folder }), { exit: 0 })
  t.equal((await ask({ at, path })).status, 401)
  const pressed = await ask({ at, path: button, method: 'POST', headers: project.staff })
  t.equal(pressed.status, 200)
  t.equal((await ask({ at, path: button, method: 'POST', headers: project.user })).status, 302)
  writeFileSync(join(project.folder, 'bin/octavo'), '#!/bin/sh\necho "error: no" >&2\nexit 3\n')
  const failed = await ask({ at, path, headers: bearer })
  t.equal(failed.status, 503)
  t.match(JSON.parse(failed.body.toString()), { code: 'export-failed', message: 'error: no' })
})
