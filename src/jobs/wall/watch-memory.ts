import { readFile } from 'node:fs/promises'
import { OctavoError } from '../../core/errors.js'

/** Six times the largest record that a document may hold, and room for the engine. */
const limitBytes = 2_000_000_000
const everyMs = 250
const pageBytes = 4096

/**
 * Calls `kill` when a process takes more memory than any honest file needs. Only Linux tells another
 * process's memory cheaply; elsewhere the system's own limits hold. Returns what stops the watch.
 */
export function watchMemory(pid: number, kill: (error: OctavoError) => void): () => void {
  const look = async (): Promise<void> => {
    const statm = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '')
    const resident = Number(statm.split(' ')[1] ?? 0) * pageBytes
    if (resident <= limitBytes) return
    kill(
      new OctavoError(
        'document-invalid',
        `the file needs more than ${limitBytes / 1e9} GB of memory`,
        {
          hint: 'A file can be written to exhaust its reader. Take another backup.',
        },
      ),
    )
  }
  const timer = setInterval(() => void look(), everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
