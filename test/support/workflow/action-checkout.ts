import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { evaluate, holds, readInputs, readSteps, type Contexts, type Step } from './read-steps.js'

const root = join(import.meta.dirname, '../../..')
const require = createRequire(import.meta.url)

export interface Ran {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Node 22 leaves out types by itself; before that TypeScript stands in, so that the step runs. */
const standIn = `import module from 'node:module'
if (!module.stripTypeScriptTypes) {
  const { default: ts } = await import(${JSON.stringify(pathToFileURL(require.resolve('typescript')).href)})
  const target = { target: 'es2023', module: 'esnext', verbatimModuleSyntax: true }
  module.stripTypeScriptTypes = (code) => ts.transpileModule(code, { compilerOptions: target }).outputText
}
`

const noNative = "process.dlopen = () => { throw new Error('something native was loaded') }\n"

/** What the runner fetches for `uses: OWNER/octavo/.github/actions/archive@COMMIT`. */
export class ActionCheckout {
  readonly folder: string
  readonly #bin: string
  #installed = false

  constructor(folder: string) {
    this.folder = folder
    this.#bin = join(folder, '..', 'bin')
    for (const name of ['src', 'scripts', '.github', 'package.json', 'package-lock.json'])
      cpSync(join(root, name), join(folder, name), { recursive: true })
    this.#layPackages()
    mkdirSync(this.#bin, { recursive: true })
    const npm = `#!/bin/sh\nprintf '%s\\n' "$*" >> "${join(folder, 'npm.log')}"\n`
    writeFileSync(join(this.#bin, 'npm'), npm, { mode: 0o755 })
    writeFileSync(join(folder, 'stand-in.mjs'), standIn)
    writeFileSync(join(folder, 'no-native.mjs'), noNative)
  }

  /** As npm lays them, but for what fetches the binding: that is there already. */
  #layPackages(): void {
    const [from, to] = [join(root, 'node_modules'), join(this.folder, 'node_modules')]
    mkdirSync(to)
    const own = ['better-sqlite3', 'prebuild-install', '.bin', '.cache', '.package-lock.json']
    for (const name of readdirSync(from))
      if (!own.includes(name)) symlinkSync(join(from, name), join(to, name))
    for (const part of ['package.json', 'lib', 'build/Release/better_sqlite3.node'])
      cpSync(join(from, 'better-sqlite3', part), join(to, 'better-sqlite3', part), {
        recursive: true,
      })
    mkdirSync(join(to, 'prebuild-install'))
    const fetcher = "require('node:fs').appendFileSync('../../npm.log', 'fetched the binding\\n')\n"
    writeFileSync(join(to, 'prebuild-install/bin.js'), fetcher)
  }

  npmLog(): string {
    return readFileSync(join(this.folder, 'npm.log'), 'utf8')
  }

  /** Runs the steps that a workflow's use of the action leads to, until one fails. */
  async run(
    workflow: string,
    contexts: Contexts,
    env: Readonly<Record<string, string>>,
  ): Promise<Ran> {
    const action = readFileSync(join(this.folder, '.github/actions/archive/action.yml'), 'utf8')
    const use = readSteps(workflow).find(({ uses }) => uses.includes('.github/actions/archive'))
    const github = {
      ...contexts['github'],
      action_path: join(this.folder, '.github/actions/archive'),
    }
    const given = { ...contexts, github }
    const inputs: Record<string, string> = {}
    for (const [name, value] of readInputs(action)) inputs[name] = evaluate(value, given)
    for (const [name, value] of use?.with ?? []) inputs[name] = evaluate(value, given)
    const within = { github, inputs }
    const ran = { status: 0 as number | null, stdout: '', stderr: '' }
    for (const step of readSteps(action)) {
      if (step.run === '' || !holds(step.condition, within)) continue
      // Once is enough: it takes seconds where a stand-in leaves out the types.
      if (step.name === 'Install Octavo' && this.#installed) continue
      const one = await this.#runStep(step, within, env)
      ran.status = one.status
      ran.stdout += one.stdout
      ran.stderr += one.stderr
      if (one.status !== 0) break
      this.#installed = true
    }
    return ran
  }

  async #runStep(
    step: Step,
    contexts: Contexts,
    env: Readonly<Record<string, string>>,
  ): Promise<Ran> {
    const imports = []
    if (step.run.includes('strip-types')) imports.push('stand-in.mjs')
    if (contexts['inputs']?.['command'] !== 'verify') imports.push('no-native.mjs')
    const NODE_OPTIONS = imports
      .map((name) => `--import=${pathToFileURL(join(this.folder, name)).href}`)
      .join(' ')
    const own = Object.fromEntries(
      [...step.env].map(([name, value]) => [name, evaluate(value, contexts)]),
    )
    // As the runner starts `shell: bash`.
    const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run], {
      cwd: env['GITHUB_WORKSPACE'] ?? this.folder,
      env: { PATH: `${this.#bin}:${process.env['PATH']}`, NODE_OPTIONS, ...env, ...own },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
    const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
    return { status: await ended, stdout, stderr }
  }
}
