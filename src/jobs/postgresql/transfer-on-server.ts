import type { DocumentEnd } from '../../core/document.js'
import { OctavoError } from '../../core/errors.js'
import { digestsHere } from '../../documents/digests/digests.js'
import { RecordDigest } from '../../documents/record-digest.js'
import type { TransferMode } from '../../engines/postgresql/transfer/count-changes.js'
import { makeTransfers } from '../../engines/postgresql/transfer/make-transfers.js'
import {
  openTransfer,
  type StagedTransfer,
} from '../../engines/postgresql/transfer/open-transfer.js'
import { restoredRecords } from '../../engines/postgresql/transfer/restored-records.js'
import { modelCounts, violationWarnings } from '../model-counts.js'
import { chosenModels } from '../restore/chosen-models.js'
import type { Restored, ServerRestore } from './restore-server.js'

/** Brings the rows of a document into a target that keeps its own schema. */
export async function transferOnServer(task: ServerRestore, mode: TransferMode): Promise<Restored> {
  const { session, reading, input, context, keepTarget } = task
  const { header, schema, sequences } = reading
  const stated = schema
    .filter((object) => object.type === 'table')
    .map((entry) => ({ ...entry, model: entry.model ?? entry.name }))
  const names = stated.map(({ name, model }) => [name, model] as const)
  const stage = await openTransfer(session, {
    entries: chosenModels({ models: stated, header }, input.only),
    mode,
    modelNames: new Map([...names, ...input.target.modelNames]),
  })
  for await (const { model, chunks } of reading.models()) await stage.stage(model, chunks)
  const end = await reading.end()
  const staged = await stage.finish()
  if (task.made && !(await task.made.isUnchanged(session)))
    throw new OctavoError('target-changed', 'the target was written to meanwhile')
  await keepTarget()
  const all = header.selection === undefined && input.only.length === 0
  const made = await makeTransfers(staged, {
    sequences,
    all,
    complete: task.made?.complete,
    ...context,
  })
  context.onProgress({ phase: 'comparing' })
  await requireSameRecords(staged, end)
  const order = [...end.summary.models.keys()]
  const place = ({ model }: { readonly model: string }): number => order.indexOf(model)
  const restored = new Set(made.changes.map(({ model }) => model))
  const counts = modelCounts(end).filter(({ model }) => restored.has(model))
  return {
    changes: made.changes.toSorted((a, b) => place(a) - place(b)),
    warnings: [...made.warnings, ...violationWarnings(counts)],
  }
}

/** Exports once more what was brought in: it must have the digests that the document states. */
async function requireSameRecords(
  { session, mode, transfers }: StagedTransfer,
  { summary }: DocumentEnd,
): Promise<void> {
  for (const transfer of transfers) {
    const digest = new RecordDigest(digestsHere)
    for await (const { bytes } of restoredRecords(session, transfer, mode))
      await digest.update(bytes)
    const stated = summary.models.get(transfer.model)
    if (stated?.records === digest.records && stated.sha256 === (await digest.digest())) continue
    throw new OctavoError(
      'restore-mismatch',
      `the records of ${transfer.model} would not be those of the backup: a column of the target changes them`,
      { hint: 'Nothing was changed. Compare the types of the columns with those of the backup.' },
    )
  }
}
