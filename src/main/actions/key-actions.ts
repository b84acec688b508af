import { join } from 'node:path'
import { readAudit } from '../../access/audit-file.js'
import { createKey, readKeys, revokeKey } from '../../access/key-folder.js'
import type {
  AuditReport,
  CreatedKey,
  CreateKeyRequest,
  KeyReport,
} from '../../cli/access-actions.js'
import { auditName } from '../audit-trail.js'
import { homeOf, keysName } from '../backups/home.js'
import { makePrivateFolder } from '../private-folder.js'
import type { ProcessContext } from '../process-context.js'
import { systemClock } from '../system-clock.js'

const dayMs = 24 * 60 * 60 * 1000

export async function createKeyAction(
  context: ProcessContext,
  { name, scopes, days }: CreateKeyRequest,
): Promise<CreatedKey> {
  const home = await makePrivateFolder(homeOf(context))
  const createdAt = systemClock.now()
  const expiresAt = days === null ? null : new Date(createdAt.getTime() + days * dayMs)
  const key = await createKey(join(home, keysName), { name, scopes, createdAt, expiresAt })
  return { key, name, scopes, expiresAt }
}

export async function listKeysAction(context: ProcessContext): Promise<KeyReport> {
  const { keys, faults } = await readKeys(join(homeOf(context), keysName))
  const now = systemClock.now()
  return {
    keys: keys.map(({ name, scopes, createdAt, expiresAt }) => {
      const isExpired = expiresAt !== null && expiresAt <= now
      return { name, scopes, createdAt, expiresAt, isExpired }
    }),
    warnings: faults,
  }
}

export function revokeKeyAction(
  context: ProcessContext,
  { name }: { readonly name: string },
): Promise<void> {
  return revokeKey(join(homeOf(context), keysName), name)
}

export async function auditAction(
  context: ProcessContext,
  { last }: { readonly last: number },
): Promise<AuditReport> {
  return { entries: await readAudit(join(homeOf(context), auditName), last) }
}
