import { join } from 'node:path'
import { createKey, readKeys, revokeKey } from '../access/key-folder.js'
import type { KeyBook } from '../core/access.js'
import { homeOf, keysName } from './backups/home.js'
import { makePrivateFolder } from './private-folder.js'
import type { ProcessContext } from './process-context.js'
import { systemClock } from './system-clock.js'

/** The keys beside the catalog: the service knows each change with its next request. */
export function keyBook(context: ProcessContext): KeyBook {
  const folder = (): string => join(homeOf(context), keysName)
  return {
    list: () => readKeys(folder()),
    create: async (wanted) => {
      await makePrivateFolder(homeOf(context))
      return await createKey(folder(), { ...wanted, createdAt: systemClock.now() })
    },
    revoke: (name) => revokeKey(folder(), name),
  }
}
