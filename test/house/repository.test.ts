import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, posix } from 'node:path'
import t from 'tap'
import { oldestNode } from '../../src/core/oldest-node.js'
import { readSource } from './read-source.js'
import { projectRoot, sourceFiles } from './source-files.js'

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8')
const isText = (path: string): boolean => !readFileSync(join(projectRoot, path)).includes(0)

/** Every file that is or would be committed. */
function committedFiles(): string[] {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const out = execFileSync('git', list, { cwd: projectRoot, encoding: 'utf8' })
  return out.split('\0').filter((path) => path !== '' && existsSync(join(projectRoot, path)))
}

/** Folders of people's machines: by their usual names, and the one that this test runs in. */
function machinePaths(): RegExp[] {
  const own = [projectRoot, `${homedir()}/`].filter((path) => path.split('/').length > 3)
  return [
    /(?<![\w.*])\/(?:home|Users)\/(?!runner\/)[A-Za-z][\w.-]*\//,
    /\b[A-Z]:\\Users\\/,
    ...own.map((path) => new RegExp(path.replace(/[^\w/]/g, '\\$&'))),
  ]
}

const registryHost =
  /\b(?:registry|npm|packages?|mirror|deb|pypi)\.[a-z0-9-]+(?:\.[a-z0-9-]+)*\.?(?:org|com|io|net|dev)\b/

/** What stands in a text and must not: folders of a machine, hosts of a registry. */
function leaks(text: string): string[] {
  return [...machinePaths(), registryHost].flatMap((pattern) => pattern.exec(text)?.[0] ?? [])
}

t.test('no file names a folder of a machine or the host of a registry', (t) => {
  const files = committedFiles()
  t.ok(files.includes('package.json'), 'the files were listed')
  const found = files.filter(isText).map((path) => ({ path, leaks: leaks(read(path)) }))
  t.strictSame(
    found.filter((file) => file.leaks.length > 0),
    [],
  )
  t.end()
})

t.test('such a folder or host would be found', (t) => {
  const planted = [
    ['', 'home', 'ada', 'octavo'].join('/'),
    ['', 'Users', 'ada', 'octavo'].join('/'),
    ['https://registry', 'example', 'org'].join('.'),
    ['C:', 'Users', 'ada'].join('\\'),
  ]
  for (const text of planted) t.equal(leaks(text).length, 1, text)
  t.strictSame(leaks('npm.run, package.json and /home are fine'), [])
  t.end()
})

t.test('every link inside the docs leads to a file, and to a heading in it', (t) => {
  const pages = committedFiles().filter((path) => path.endsWith('.md'))
  t.ok(pages.includes('README.md'), 'the pages were listed')
  const dead = pages.flatMap((page) =>
    linksOf(read(page))
      .filter((target) => !leadsSomewhere(page, target))
      .map((target) => `${page}: ${target}`),
  )
  t.strictSame(dead, [])
  t.notOk(leadsSomewhere('README.md', 'docs/nothing.md'))
  t.notOk(leadsSomewhere('docs/errors.md', '#nothing'))
  t.end()
})

function leadsSomewhere(page: string, target: string): boolean {
  const [path = '', heading] = target.split('#')
  const file = path === '' ? page : posix.join(dirname(page), path)
  if (!existsSync(join(projectRoot, file))) return false
  return heading === undefined || headingsOf(read(file)).has(heading)
}

function linksOf(markdown: string): string[] {
  const prose = markdown.replace(/^```.*?^```/gms, '').replace(/`[^`\n]*`/g, '')
  const targets = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target)
  return targets.filter((target) => !/^[a-z]+:/.test(target))
}

/** The names that a page's headings have in links. */
function headingsOf(markdown: string): Set<string> {
  const headings = [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

const lock: { packages: Record<string, Record<string, unknown>> } = JSON.parse(
  read('package-lock.json'),
)
const manifest: Record<string, unknown> = JSON.parse(read('package.json'))

t.test('the lock file agrees with package.json, and names no host', (t) => {
  const root = lock.packages[''] ?? {}
  for (const member of ['name', 'version', 'license', 'engines', 'bin'] as const)
    t.strictSame(root[member], manifest[member], member)
  for (const member of ['dependencies', 'devDependencies'] as const)
    t.strictSame(root[member], manifest[member], member)
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (entry['resolved'] !== undefined) t.fail(`${path} names where it comes from`)
    if (path !== '' && !entry['integrity'] && !entry['inBundle']) t.fail(`${path} has no digest`)
  }
  t.match(read('.npmrc'), /^omit-lockfile-registry-resolved=true$/m)
  t.end()
})

t.test('the oldest Node is the same wherever it is said', (t) => {
  t.strictSame(manifest['engines'], { node: `>=${oldestNode}` })
  const [major, minor] = oldestNode.split('.')
  t.ok(read('scripts/prepare.mjs').includes(`const oldestNode = [${major}, ${minor}]`))
  t.ok(read('README.md').includes(`Node ${major}.${minor}+`))
  t.end()
})

/** The packages that the sources of a folder import. */
function packagesOf(folder: string): string[] {
  const imports = [...sourceFiles(folder)].flatMap(([path, text]) => readSource(path, text).imports)
  const names = imports.flatMap((specifier) =>
    specifier === null || /^(\.|node:)/.test(specifier)
      ? []
      : specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'),
  )
  return [...new Set(names)].toSorted((a, b) => (a < b ? -1 : 1))
}

t.test('the sources import what the package depends on, and nothing is left over', (t) => {
  t.strictSame(packagesOf('src'), Object.keys(Object(manifest['dependencies'])))
  const known = new Set([
    ...Object.keys(Object(manifest['dependencies'])),
    ...Object.keys(Object(manifest['devDependencies'])),
  ])
  for (const name of [...packagesOf('test'), ...packagesOf('scripts')]) t.ok(known.has(name), name)
  t.end()
})

t.test('the package holds what runs, and the command can be started', (t) => {
  t.strictSame(manifest['files'], ['dist', '!dist/.*', 'docs', '!docs/images', 'CHANGELOG.md'])
  t.strictSame(manifest['bin'], { octavo: 'dist/main/cli.js' })
  t.match(read('src/main/cli.ts'), /^#!\/usr\/bin\/env node\n/)
  t.match(read('LICENSE'), /^MIT License/)
  t.match(read('CHANGELOG.md'), `## ${String(manifest['version'])}`)
  t.end()
})
