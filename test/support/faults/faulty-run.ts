import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cliPath } from '../../cli/octavo.js'

export type FaultAction = 'kill' | 'EIO' | 'ENOSPC'

export interface Fault {
  /** Which call that changes files below the folder, counted from 1; 0 for none. */
  readonly at: number
  readonly action: FaultAction
}

export interface FaultyRun {
  /** Null where the process was ended by force. */
  readonly exit: number | null
  readonly err: string
  /** How many calls were counted. */
  readonly calls: number
}

/** Compiles the library that makes calls fail, or tells them; says why not where it can't be. */
export function compileFaults(
  folder: string,
  name: 'file-faults' | 'file-record' = 'file-faults',
): { library: string } | { why: string } {
  if (process.platform !== 'linux') return { why: 'LD_PRELOAD and /proc are Linux only' }
  const source = fileURLToPath(new URL(`./${name}.c`, import.meta.url))
  const library = join(folder, `${name}.so`)
  const words = ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl']
  const done = spawnSync('cc', words, { encoding: 'utf8' })
  if (done.error) return { why: 'there is no C compiler called cc' }
  return done.status === 0 ? { library } : { why: `cc: ${done.stderr}` }
}

/** Beside the folder, so that what is left there is no backup's neighbour; its calls count too. */
export function scratchOf(folder: string): string {
  const scratch = `${folder}.scratch`
  mkdirSync(scratch, { recursive: true })
  return scratch
}

export interface FaultyRunOptions extends Fault {
  readonly folder: string
  readonly library: string
  /** Of the command, besides what makes the fault. */
  readonly env?: Readonly<Record<string, string>>
  /** Whether removals of files go wrong, too. */
  readonly removals?: boolean
  /** What Node runs with the words; octavo by default. */
  readonly program?: string
}

/** Runs octavo in `folder`, in a process group of its own, with one file call going wrong. */
export async function runWithFault(
  words: readonly string[],
  { folder, library, at, action, env, removals = false, program = cliPath }: FaultyRunOptions,
): Promise<FaultyRun> {
  const counter = `${folder}.calls`
  writeFileSync(counter, Buffer.alloc(4))
  const child = spawn(process.execPath, [program, ...words], {
    cwd: folder,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      TMPDIR: scratchOf(folder),
      LD_PRELOAD: library,
      FAULT_FOLDER: folder,
      FAULT_COUNTER: counter,
      FAULT_AT: String(at),
      FAULT_ACTION: action,
      ...(removals && { FAULT_REMOVALS: '1' }),
      ...env,
    },
  })
  let err = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const [exit] = (await once(child, 'close')) as [number | null] // the exit code comes first
  return { exit, err, calls: readFileSync(counter).readInt32LE() }
}
