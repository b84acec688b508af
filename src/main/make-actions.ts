import type { Actions } from '../cli/actions.js'
import { maskSecret } from '../core/mask-secret.js'
import { audited } from './audit-trail.js'
import type { BackupContext } from './fetched-backups.js'
import { makeUserActions } from './make-user-actions.js'

/**
 * The actions behind the commands. Each is loaded when it is called: `octavo archive` must start in
 * seconds in a workflow, without the compiled code of an engine.
 */
export function makeActions(context: BackupContext, releaseSignals: () => void): Actions {
  return {
    serve: async (_, listeners) =>
      (await import('./serve.js')).serve(context, { signal: listeners.signal }),
    beside: async (request, { signal }) =>
      (await import('./beside/beside.js')).beside(context, request, { signal, releaseSignals }),
    export: async (request, listeners) =>
      (await import('./actions/export-action.js')).exportAction(context, request, listeners),
    exportFixture: async (request, listeners) =>
      (await import('./actions/fixture-action.js')).fixtureAction(context, request, listeners),
    convert: async (request, listeners) =>
      (await import('./actions/convert-action.js')).convertAction(context, request, listeners),
    djangoModels: async () =>
      (await import('../documents/fixture/models/models-command.js')).modelsCommand,
    planRestore: async (request, listeners) =>
      (await import('./actions/restore-action.js')).planRestore(context, request, listeners),
    restore: async (request, listeners) => {
      const { restoreAction } = await import('./actions/restore-action.js')
      const restore = () => restoreAction(context, request, listeners)
      if (request.dryRun) return restore()
      const subject = `${request.file} into ${withoutSecret(request.into)}`
      return audited(context, { action: 'restore', subject }, restore)
    },
    undo: async (request, listeners) =>
      audited(context, { action: 'undo', subject: withoutSecret(request.into) }, async () =>
        (await import('./actions/restore-action.js')).undoAction(context, request, listeners),
      ),
    planSync: async (request, listeners) =>
      (await import('./actions/sync-action.js')).planSync(context, request, listeners),
    sync: async (request, listeners) => {
      const { syncAction } = await import('./actions/sync-action.js')
      const sync = () => syncAction(context, request, listeners)
      if (request.dryRun) return sync()
      const subject = `${withoutSecret(request.from)} into ${withoutSecret(request.to)}`
      return audited(context, { action: 'sync', subject }, sync)
    },
    verify: async (request, listeners) =>
      (await import('./actions/read-actions.js')).verifyAction(context, request, listeners),
    inspect: async (request, listeners) =>
      (await import('./actions/read-actions.js')).inspectAction(context, request, listeners),
    diff: async (request, listeners) =>
      (await import('./actions/read-actions.js')).diffAction(context, request, listeners),
    doctor: async (_, listeners) =>
      (await import('./actions/doctor-action.js')).doctorAction(context, listeners),
    keygen: async (request) =>
      (await import('./actions/keygen-action.js')).keygenAction(context, request),
    archive: async (_, listeners) =>
      (await import('./actions/archive-actions.js')).archiveAction(context, listeners),
    adopt: async (_, listeners) =>
      (await import('./actions/branch-upkeep-actions.js')).adoptAction(context, listeners),
    compact: async (_, listeners) =>
      (await import('./actions/branch-upkeep-actions.js')).compactAction(context, listeners),
    fetch: async (request, listeners) =>
      (await import('./actions/archive-actions.js')).fetchAction(context, request, listeners),
    backUp: async (request, listeners) =>
      audited(context, { action: 'backup', subject: request.database ?? null }, async () =>
        (await import('./actions/backup-actions.js')).backUpAction(context, request, listeners),
      ),
    runSchedule: async (request, listeners) =>
      (await import('./actions/schedule-action.js')).runScheduleAction(context, request, listeners),
    checkBackups: async (request, listeners) =>
      (await import('./actions/check-action.js')).checkAction(context, request, listeners),
    listBackups: async (request, listeners) =>
      (await import('./actions/backup-actions.js')).listAction(context, request, listeners),
    showBackup: async (request, listeners) =>
      (await import('./actions/backup-actions.js')).showAction(context, request, listeners),
    verifyBackup: async (request, listeners) =>
      audited(context, { action: 'verify', subject: request.id }, async () =>
        (await import('./actions/backup-actions.js')).verifyBackupAction(
          context,
          request,
          listeners,
        ),
      ),
    prune: async (request, listeners) => {
      const { pruneAction } = await import('./actions/store-actions.js')
      const prune = () => pruneAction(context, request, listeners)
      return request.dryRun
        ? prune()
        : audited(context, { action: 'prune', subject: request.store }, prune)
    },
    pin: async (request, listeners) =>
      audited(
        context,
        { action: request.pinned ? 'pin' : 'unpin', subject: request.id },
        async () =>
          (await import('./actions/backup-actions.js')).pinAction(context, request, listeners),
      ),
    removeBackup: async (request, listeners) =>
      audited(context, { action: 'remove', subject: request.id }, async () =>
        (await import('./actions/backup-actions.js')).removeAction(context, request, listeners),
      ),
    rebuildCatalog: async (_, listeners) =>
      (await import('./actions/store-actions.js')).rebuildAction(context, listeners),
    createKey: async (request) =>
      audited(context, { action: 'key-create', subject: request.name }, async () =>
        (await import('./actions/key-actions.js')).createKeyAction(context, request),
      ),
    listKeys: async () => (await import('./actions/key-actions.js')).listKeysAction(context),
    revokeKey: async (request) =>
      audited(context, { action: 'key-revoke', subject: request.name }, async () =>
        (await import('./actions/key-actions.js')).revokeKeyAction(context, request),
      ),
    readAudit: async (request) =>
      (await import('./actions/key-actions.js')).auditAction(context, request),
    ...makeUserActions(context),
    usualType: async () => (await import('./actions/manage-actions.js')).usualTypeAction(context),
    backUpToFile: async (request, listeners) =>
      (await import('./actions/manage-actions.js')).backUpToFileAction(context, request, listeners),
    checkStore: async (request, listeners) =>
      (await import('./actions/store-actions.js')).checkStoreAction(context, request, listeners),
  }
}

/** The argument of --into: a name, a path, or an address with a password in it. */
function withoutSecret(into: string): string {
  return into.includes('://') ? maskSecret(into) : into
}
