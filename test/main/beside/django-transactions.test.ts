import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { cliPath, compileOctavo } from '../../cli/octavo.js'
import { ask, askUntil, type Answer } from '../../support/ask.js'
import { makeGate, waitAt } from '../../support/beside/gate.js'
import { heldOctavo } from '../../support/beside/held-octavo.js'
import {
  makeDjangoProject,
  noDjango,
  type DjangoProject,
} from '../../support/django/django-project.js'
import { launchProgram } from '../../support/launch.js'
import { button } from './start-beside.js'

compileOctavo()

// The button reads the session. In a transaction that would be a read lock until the view returns, and
// in rollback mode nobody could write until the export is complete.

t.test(
  'with ATOMIC_REQUESTS nobody waits for an export to write',
  { skip: noDjango },
  async (t) => {
    const project = await makeDjangoProject(t, { journal: 'delete', views: 'octavo_views.py' })
    const socket = join(project.folder, 'octavo.sock')
    const octavo = await heldOctavo(t, socket)
    await startAtomic(t, project, { OCTAVO_SOCKET: socket })
    const pressed = press(project)
    await before(pressed, octavo.asked)
    await writes(t, project, 'while it is made')
    await octavo.sendHalf()
    await writes(t, project, 'while it is sent')
    octavo.sendRest()
    t.equal((await pressed).body.length, 200_000)
  },
)

t.test('nor where the view runs the command', { skip: noDjango }, async (t) => {
  const views = 'octavo_command_views.py'
  const project = await makeDjangoProject(t, { journal: 'delete', views })
  const path = join(project.folder, 'gate.sock')
  const gate = await makeGate(t, path)
  const command = `#!/bin/sh\n${waitAt(path)}\nexec "${process.execPath}" "${cliPath}" "$@"\n`
  writeFileSync(join(project.folder, 'bin/octavo'), command)
  await startAtomic(t, project)
  const pressed = press(project)
  await before(pressed, gate.reached)
  await writes(t, project, 'while the command runs')
  gate.open()
  t.equal((await pressed).status, 200)
})

async function startAtomic(t: Test, project: DjangoProject, more: object = {}): Promise<void> {
  const env = { ...project.env, ...more, ATOMIC_REQUESTS: 'yes' }
  launchProgram(t, project.command, project.folder, env)
  const { body } = await askUntil({ at: project.port, path: '/in-transaction' })
  t.equal(body.toString(), 'True', 'other views are in a transaction')
}

function press({ port, staff }: DjangoProject): Promise<Answer> {
  return ask({ at: port, path: button, method: 'POST', headers: staff })
}

/** Waits for `event`, and fails where the answer comes before it. */
async function before(answer: Promise<Answer>, event: Promise<void>): Promise<void> {
  const early = answer.then(({ status, body }) => {
    throw new Error(`it was answered before: ${status} ${body.toString().slice(0, 500)}`)
  })
  early.catch(() => undefined)
  await Promise.race([event, early])
}

async function writes(t: Test, { port }: DjangoProject, when: string): Promise<void> {
  t.equal((await ask({ at: port, path: '/write' })).status, 200, when)
}
