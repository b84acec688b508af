import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { relative } from 'node:path'
import { scratchOf } from './faulty-run.js'

/** Paths are relative to the folder, which is the empty path itself. */
export interface FileCall {
  readonly call: 'write' | 'sync' | 'rename' | 'link' | 'unlink'
  readonly path: string
  /** The new name. */
  readonly to: string | null
}

/** Runs a Node program in `folder` and gives what it did to the files there, in order. */
export function runRecorded(
  words: readonly string[],
  { folder, library }: { folder: string; library: string },
): FileCall[] {
  const record = `${folder}.record`
  rmSync(record, { force: true })
  const { status, stderr } = spawnSync(process.execPath, words, {
    cwd: folder,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      TMPDIR: scratchOf(folder),
      LD_PRELOAD: library,
      RECORD_FOLDER: folder,
      RECORD_FILE: record,
    },
  })
  if (status !== 0) throw new Error(`it ended with ${status}: ${stderr}`)
  if (!existsSync(record)) return []
  const lines = readFileSync(record, 'utf8').split('\n').slice(0, -1)
  return lines.map((line) => asCall(line, folder)).filter((one) => !one.path.startsWith('..'))
}

function asCall(line: string, folder: string): FileCall {
  const [call, path = '', to] = line.split('\t')
  return {
    call: call as FileCall['call'], // file-record.c writes no others
    path: relative(folder, path),
    to: to === undefined ? null : relative(folder, to),
  }
}
