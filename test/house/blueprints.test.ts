import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { parse } from 'yaml'
import { readConfig } from '../../src/config/read-config.js'
import { blueprintSchema, type Blueprint } from '../support/render-blueprint.js'
import { projectRoot } from './source-files.js'

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8')
const settings = read('docs/configuration.md')

/** What is set for the build, Node, Python, the C library and the app, and not for Octavo. */
const ofOthers = [
  'OCTAVO_VERSION',
  'NODE_VERSION',
  'PYTHON_VERSION',
  'MALLOC_ARENA_MAX',
  'MALLOC_TRIM_THRESHOLD_',
  'SECRET_KEY',
]

type Service = Blueprint['services'][number]

/** The cron job that stands in a comment, as it is once the marks are taken away. */
function withoutMarks(text: string): string {
  const start = text.indexOf('  # - type: cron')
  return text.slice(0, start) + text.slice(start).replaceAll(/^ {2}# /gm, '  ')
}

const values = (service: Service): Map<string, string> =>
  new Map(service.envVars.map((one) => [one.key, 'value' in one ? one.value : 'k'.repeat(44)]))

function checkSettings(t: Test, service: Service): void {
  const given = values(service)
  for (const name of given.keys())
    if (!ofOthers.includes(name)) t.match(settings, new RegExp(`^### ${name}$`, 'm'), name)
  const ours = [...given].filter(([name]) => !ofOthers.includes(name))
  t.strictSame(readConfig(Object.fromEntries(ours), t.testdir()).warnings, [])
  t.ok(given.has('NODE_VERSION'))
}

for (const path of ['render.yaml', 'docs/render-django.yaml'])
  t.test(`${path} has the documented shape, and settings that exist`, (t) => {
    const { services } = blueprintSchema.parse(parse(read(path)))
    t.equal(services.length, 1)
    const [service] = services
    if (service?.type !== 'web') throw new Error('it is no web service')
    checkSettings(t, service)
    const mountPath = service.disk?.mountPath
    t.equal(mountPath, '/opt/render/project/data')
    t.match(values(service).get('DATABASE_URL'), `sqlite:///${mountPath}/`)
    const key = service.envVars.find((one) => one.key === 'BACKUP_API_KEY')
    t.strictSame(key, { key: 'BACKUP_API_KEY', generateValue: true })
    t.end()
  })

t.test('the service starts the built command, and is asked for its own health', (t) => {
  const [service] = blueprintSchema.parse(parse(read('render.yaml'))).services
  t.match(service, { startCommand: 'node dist/main/cli.js serve', healthCheckPath: '/api/health' })
  t.end()
})

t.test('beside Django the app has PORT, and its migrations run where the disk is', (t) => {
  const [service] = blueprintSchema.parse(parse(read('docs/render-django.yaml'))).services
  const [before = '', app = ''] = service?.startCommand.split(' -- ') ?? []
  t.match(before, /^python manage\.py migrate .*&& exec node octavo\/dist\/main\/cli\.js beside$/)
  t.match(app, /^gunicorn .*--bind 0\.0\.0\.0:\$PORT/)
  t.notMatch(service?.buildCommand, 'migrate')
  t.end()
})

t.test(
  'the cron form in the comment is one, takes the key from the service, and has no disk',
  (t) => {
    const { services } = blueprintSchema.parse(parse(withoutMarks(read('docs/render-django.yaml'))))
    const [web, cron] = services
    if (cron?.type !== 'cron') throw new Error('the second is no cron job')
    t.match(cron.startCommand, /archive$/)
    checkSettings(t, cron)
    const taken = cron.envVars.flatMap((one) => ('fromService' in one ? [one] : []))
    t.strictSame(
      taken.map(({ key }) => key),
      ['BACKUP_API_KEY', 'OCTAVO_VERSION'],
    )
    for (const { key, fromService } of taken) {
      t.match(fromService, { name: web?.name, type: web?.type, envVarKey: key })
      t.ok(web?.envVars.some((one) => one.key === key))
    }
    t.end()
  },
)

t.test('the builds take Octavo in the pinned version, which is this one', (t) => {
  const services = blueprintSchema.parse(parse(withoutMarks(read('docs/render-django.yaml'))))
  const [web, cron] = services.services
  const { version }: { version: string } = JSON.parse(read('package.json'))
  t.equal(web && values(web).get('OCTAVO_VERSION'), `v${version}`)
  const folder = t.testdir({ origin: {} })
  const origin = join(folder, 'origin')
  const git = (...words: string[]) => run(origin, `git ${words.join(' ')}`)
  git('init --quiet')
  for (const text of ['pinned', 'newer']) git(`commit --quiet --allow-empty -m ${text}`)
  git(`tag v${version} HEAD~1`)
  for (const [number, service] of [web, cron].entries()) {
    const build = join(folder, `build-${number}`)
    mkdirSync(build)
    const lines = (service?.buildCommand ?? '')
      .split('\n')
      .filter((line) => /^(git|rm) /.test(line))
    const command = lines.join('\n').replaceAll('https://github.com/owner/octavo', origin)
    const taken = (pinned: string): string => {
      const { status } = run(build, command, { OCTAVO_VERSION: pinned })
      return status === 0 ? run(build, 'git -C octavo log --format=%s').stdout.trim() : 'refused'
    }
    t.equal(taken(`v${version}`), 'pinned')
    t.equal(taken(git('rev-parse HEAD').stdout.trim()), 'newer', 'and over the one before')
    t.equal(taken(''), 'refused')
  }
  t.end()
})

const committer = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' }
const names = ['AUTHOR', 'COMMITTER'].flatMap((who) => [
  [`GIT_${who}_NAME`, 'Ada'],
  [`GIT_${who}_EMAIL`, 'ada@example.com'],
])

function run(cwd: string, command: string, more: Record<string, string> = {}) {
  const env = { PATH: process.env['PATH'], ...committer, ...Object.fromEntries(names), ...more }
  return spawnSync('bash', ['-euc', command], { cwd, env, encoding: 'utf8' })
}

t.test('build and start commands are ones that a shell understands', (t) => {
  for (const path of ['render.yaml', 'docs/render-django.yaml'])
    for (const service of blueprintSchema.parse(parse(withoutMarks(read(path)))).services)
      for (const command of [service.buildCommand, service.startCommand])
        t.equal(spawnSync('bash', ['-n', '-c', command]).status, 0, command)
  t.end()
})

t.test('a misspelt field, a number as a value or a disk of a cron job would be found', (t) => {
  const [service] = blueprintSchema.parse(parse(read('render.yaml'))).services
  const bad = [
    { ...service, healthcheckPath: '/' },
    { ...service, envVars: [{ key: 'PORT', value: 8000 }] },
    { ...service, type: 'cron', schedule: '0 0 * * 0' },
  ]
  for (const one of bad) t.notOk(blueprintSchema.safeParse({ services: [one] }).success)
  t.end()
})
