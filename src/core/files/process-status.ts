import { execFile } from 'node:child_process'
import { readFile, readlink } from 'node:fs/promises'
import { hostname } from 'node:os'
import { promisify } from 'node:util'
import { failedWith } from './file-failure.js'

/** A process as others can find it again. */
export interface ProcessName {
  readonly pid: number
  /**
   * What tells it from a later one that got its number: in containers the service has the same
   * number after each start. Empty where the system does not tell.
   */
  readonly start: string
  /**
   * Where numbers mean the same: containers share a host's name and count for themselves, and two
   * machines may share both a name and a disk.
   */
  readonly place: string
}

interface Seen {
  readonly start: string
  /** It has ended, and nobody has collected it: it keeps its number, and does nothing. */
  readonly isOver: boolean
}

export async function ownProcessName(): Promise<ProcessName> {
  const seen = await lookAtProcess(process.pid)
  return { pid: process.pid, start: seen?.start ?? '', place: await placeOfNumbers() }
}

/** Where a process number means what it means here. */
export async function placeOfNumbers(): Promise<string> {
  const space = await readlink('/proc/self/ns/pid').catch(() => '')
  return [hostname(), await bootId(), space].filter((part) => part !== '').join(' ')
}

/**
 * Whether a process of this place may still be running. Without a proof of its end: yes. `look` is
 * for tests of systems that this machine does not have.
 */
export async function mayBeRunning(
  { pid, start }: Pick<ProcessName, 'pid' | 'start'>,
  look: typeof lookAtProcess = lookAtProcess,
): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (failedWith(error, 'ESRCH')) return false
  }
  const seen = await look(pid)
  if (seen === null) return true
  const isAnother = start !== '' && seen.start !== '' && seen.start !== start
  return !isAnother && !seen.isOver
}

/** Null where the system does not tell. */
export function lookAtProcess(pid: number): Promise<Seen | null> {
  return process.platform === 'linux' ? lookIntoProc(pid) : askPs(pid)
}

async function lookIntoProc(pid: number): Promise<Seen | null> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'latin1')
    // proc(5): field 3 on; the name in field 2 may hold spaces and brackets, so count behind its end.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const [state = '', ticks = ''] = [fields[0], fields[19]]
    // Ticks count from the start of the machine, so it takes both.
    return { start: ticks && `${await bootId()}:${ticks}`, isOver: /^[ZX]/.test(state) }
  } catch {
    return null
  }
}

/** What tells one start of a machine from all others; empty where the system does not. */
async function bootId(): Promise<string> {
  const text = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')
  return text.trim()
}

/** In one language and one time zone, for two processes may have been given different ones. */
const psSettings = { env: { LC_ALL: 'C', TZ: 'UTC0' }, timeout: 2_000 }

/** Where there is no /proc (macOS). */
export async function askPs(pid: number): Promise<Seen | null> {
  try {
    const words = ['-o', 'state=', '-o', 'lstart=', '-p', String(pid)]
    const { stdout } = await promisify(execFile)('/bin/ps', words, psSettings)
    const [, state = '', start = ''] = /^\s*(\S+)\s+(\S.*?)\s*$/.exec(stdout) ?? []
    return start === '' ? null : { start, isOver: state.startsWith('Z') }
  } catch {
    return null
  }
}
