import { open, type FileHandle } from 'node:fs/promises'
import { z } from 'zod'
import { auditedActions, auditOutcomes, type AuditEntry } from '../core/access.js'
import { isMissing } from '../core/files/file-failure.js'

const lineSchema = z.object({
  at: z.iso.datetime().transform((at) => new Date(at)),
  who: z.string(),
  from: z.string().nullable(),
  action: z.enum(auditedActions),
  subject: z.string().nullable(),
  outcome: z.enum(auditOutcomes),
  detail: z.string().nullable(),
})

const newline = 0x0a

/**
 * Adds a line of JSON to the audit trail, mode 0600, and syncs it. One write at the end of the file: many
 * processes may add to one file, and it may be moved away between two entries.
 */
export async function appendAudit(path: string, entry: AuditEntry): Promise<void> {
  const file = await open(path, 'a+', 0o600)
  try {
    // What broke off there, on a full disk, must not take this line with it.
    const start = (await endsWithLine(file)) ? '' : '\n'
    await file.appendFile(`${start}${JSON.stringify(entry)}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
}

async function endsWithLine(file: FileHandle): Promise<boolean> {
  const { size } = await file.stat()
  if (size === 0) return true
  const { buffer, bytesRead } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
  return bytesRead === 1 && buffer[0] === newline
}

/** The newest entries, newest first; none where there is no file. Lines that can't be read are left out. */
export async function readAudit(path: string, last: number): Promise<AuditEntry[]> {
  let file: FileHandle
  try {
    file = await open(path)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
  const newest: AuditEntry[] = []
  try {
    for await (const line of file.readLines()) {
      const entry = readAuditLine(line)
      if (entry !== null) newest.push(entry)
      if (newest.length >= 2 * last) newest.splice(0, newest.length - last)
    }
  } finally {
    await file.close()
  }
  return newest.slice(-last).toReversed()
}

/** Null for a line that can't be read. */
export function readAuditLine(line: string): AuditEntry | null {
  try {
    return lineSchema.parse(JSON.parse(line))
  } catch {
    return null
  }
}
