// Makes dist out of src with nothing but Node: the sources hold only types that can be left out, so no
// compiler is installed where Octavo only runs. .github/actions/archive starts it.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import module from 'node:module'

const root = fileURLToPath(new URL('..', import.meta.url))
const target = process.argv[2] ?? join(root, 'dist')

if (typeof module.stripTypeScriptTypes !== 'function') {
  process.stderr.write(`error: Node ${process.version} can not leave out types; take Node 22\n`)
  process.exit(1)
}
// Node says at the first file that this is an experiment; nobody who reads a log can act on that.
process.removeAllListeners('warning')
rmSync(target, { recursive: true, force: true })
const source = join(root, 'src')
for (const name of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
  if (!name.endsWith('.ts')) continue
  const code = module.stripTypeScriptTypes(readFileSync(join(source, name), 'utf8'))
  const made = join(target, name.replace(/\.ts$/, '.js'))
  mkdirSync(dirname(made), { recursive: true })
  writeFileSync(made, code)
}
