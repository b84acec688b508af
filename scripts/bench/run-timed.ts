import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

export interface TimedRun {
  readonly command: string
  readonly args: readonly string[]
  /** Files that stand for the standard input and output. */
  readonly stdin?: string
  readonly stdout?: string
  /** A folder into which the probes of a Node program and its children write what they saw. */
  readonly probe?: string
  /** Beside the environment of the bench. */
  readonly env?: Readonly<Record<string, string>>
}

export interface Probed {
  readonly peakBytes: number
  readonly delayP99Ms: number
  readonly delayMaxMs: number
}

export interface Timed {
  readonly seconds: number
  readonly probed: Probed | null
}

export const probeScript = new URL('./probe.cjs', import.meta.url).pathname

/** Runs a program to its end and takes the time; throws, with its last words, where it fails. */
export async function runTimed(run: TimedRun): Promise<Timed> {
  const input = run.stdin === undefined ? undefined : openSync(run.stdin, 'r')
  const output = openSync(run.stdout ?? '/dev/null', 'w', 0o600)
  const begun = performance.now()
  const child = spawn(run.command, run.args, {
    stdio: [input ?? 'ignore', output, 'pipe'],
    env: { ...process.env, ...run.env, ...(run.probe && { BENCH_PROBE: run.probe }) },
  })
  let complaint = ''
  child.stderr?.on(
    'data',
    (bytes: Buffer) => (complaint = `${complaint}${bytes.toString()}`.slice(-2000)),
  )
  const [code] = (await once(child, 'close')) as [number | null] // the exit code comes first
  const seconds = (performance.now() - begun) / 1000
  if (input !== undefined) closeSync(input)
  closeSync(output)
  if (code !== 0) throw new Error(`${run.command} ${run.args.join(' ')} failed: ${complaint}`)
  return { seconds, probed: readProbe(run.probe) }
}

/** What the processes of one run saw, the worst of each; null where none was watched. */
export function readProbe(folder: string | undefined): Probed | null {
  if (folder === undefined) return null
  const all = readdirSync(folder).map((name) => {
    const file = join(folder, name)
    const probed = JSON.parse(readFileSync(file, 'utf8')) as Probed // written by probe.cjs
    rmSync(file)
    return probed
  })
  const worst = (figure: keyof Probed): number => Math.max(...all.map((probed) => probed[figure]))
  if (all.length === 0) return null
  return {
    peakBytes: worst('peakBytes'),
    delayP99Ms: worst('delayP99Ms'),
    delayMaxMs: worst('delayMaxMs'),
  }
}
