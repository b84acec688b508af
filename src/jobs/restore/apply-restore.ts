import { OctavoError } from '../../core/errors.js'
import { foldCase } from '../../core/fold-case.js'
import { previewReplace } from '../../engines/sqlite/apply/preview-replace.js'
import { rehearseTransfer } from '../../engines/sqlite/apply/rehearse-transfer.js'
import { replaceDatabase } from '../../engines/sqlite/apply/replace-database.js'
import type { TransferOptions } from '../../engines/sqlite/apply/transfer-options.js'
import { transferRows } from '../../engines/sqlite/apply/transfer-rows.js'
import type { DatabaseFile } from '../../engines/sqlite/connection/look-at-file.js'
import { listModels } from '../../engines/sqlite/schema/describe-database.js'
import { originWarnings } from './guard-production.js'
import { chosenModels } from './chosen-models.js'
import type { JobContext } from '../job-context.js'
import type { ModelChange, RestoreInput, RestoreMode, RestoreResult } from '../job-types.js'
import type { Prepared } from '../prepare/prepared-database.js'

export interface ApplyRestore {
  readonly input: RestoreInput
  readonly mode: RestoreMode
  readonly target: DatabaseFile
  /** The target's path. */
  readonly path: string
  readonly prepared: Prepared
  readonly workFolder: string
  readonly context: JobContext
  /** For rows that were made for the target's own: what must be as it was, and what is complete. */
  readonly made?: Pick<TransferOptions, 'complete' | 'isUnchanged'>
}

type Applied = Pick<RestoreResult, 'created' | 'changes' | 'safetyCopy' | 'warnings'>

/** Brings a prepared database into the target, or counts what that would change. */
export async function applyRestore(options: ApplyRestore): Promise<RestoreResult> {
  const { input, mode, prepared } = options
  const applied = await apply(options)
  return {
    ...applied,
    mode,
    dryRun: input.dryRun,
    excludedRows: prepared.header?.excluded_rows ?? [],
    warnings: [
      ...originWarnings(prepared.header, input.target),
      ...prepared.warnings,
      ...applied.warnings,
    ],
  }
}

async function apply(options: ApplyRestore): Promise<Applied> {
  const { input, mode, target } = options
  if (mode === 'replace' && !target.hasContent)
    return input.dryRun
      ? { created: true, changes: allAdded(options.prepared), safetyCopy: null, warnings: [] }
      : await replace(options)
  if (mode !== 'replace') return await transfer(options, mode)
  return input.dryRun ? await preview(options) : await replace(options)
}

async function replace({ input, path, prepared, context }: ApplyRestore): Promise<Applied> {
  const replaced = await replaceDatabase({
    built: prepared.path,
    target: path,
    at: new Date(input.at),
    deadlineMs: input.deadlineMs,
    ...context,
  })
  const changes = prepared.models.map(({ model, records }) => {
    return { model, records, added: null, changed: null, removed: null }
  })
  return { ...replaced, changes: replaced.created ? allAdded(prepared) : changes }
}

async function transfer(options: ApplyRestore, mode: 'data-only' | 'merge'): Promise<Applied> {
  const { input, path, prepared, workFolder, context } = options
  const task = {
    ...modelsOf(options),
    prepared: prepared.path,
    target: path,
    mode,
    extent: {
      isPartial: prepared.header?.selection !== undefined,
      excludedTables: excludedTables(prepared),
    },
    deadlineMs: input.deadlineMs,
    ...options.made,
    ...context,
  }
  return input.dryRun
    ? { created: false, safetyCopy: null, ...(await rehearseTransfer({ ...task, workFolder })) }
    : { created: false, ...(await transferRows({ ...task, at: new Date(input.at) })) }
}

async function preview(options: ApplyRestore): Promise<Applied> {
  const { path, prepared, context } = options
  const changes = await previewReplace({
    ...modelsOf(options),
    prepared: prepared.path,
    target: path,
    signal: context.signal,
  })
  return { created: false, changes, safetyCopy: null, warnings: [] }
}

function modelsOf({ input, mode, path, prepared }: ApplyRestore) {
  const models = mode === 'replace' ? prepared.models : chosenModels(prepared, input.only)
  return { models, targetModels: listModels(path, { modelNames: namesFor(prepared, input) }) }
}

function excludedTables({ header, models }: Prepared): string[] {
  const excluded = new Set(header?.excluded_rows?.map(foldCase))
  return models.filter(({ model }) => excluded.has(foldCase(model))).map(({ table }) => table)
}

/** A table that the backup names has that name in the target too, unless the configuration says so. */
function namesFor(prepared: Prepared, input: RestoreInput): Map<string, string> {
  const fromBackup = prepared.models.map(({ table, model }) => [table, model] as const)
  return new Map([...fromBackup, ...input.target.modelNames])
}

function allAdded(prepared: Prepared): ModelChange[] {
  return prepared.models.map(({ model, records }) => {
    return { model, records, added: records, changed: 0, removed: 0 }
  })
}

/** Rows need a schema to go into. */
export function requireSchema(target: DatabaseFile, mode: RestoreMode, path: string): void {
  if (mode === 'replace' || target.hasContent) return
  throw new OctavoError(
    'database-not-found',
    `there is no database at ${path} to bring rows into`,
    {
      hint: 'Create it with the migrations of the app, or restore a complete backup (--mode replace).',
    },
  )
}
