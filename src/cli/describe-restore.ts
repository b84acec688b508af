import { originNotes } from '../core/backup-origin.js'
import type { NamedRecord } from '../core/named-record.js'
import { shownLabel } from '../core/labels.js'
import type { ChosenDatabase, ModelChange, RestoreResult, UndoResult } from '../jobs/job-types.js'
import type { RestorePlan } from './actions.js'
import { describeBackup } from './describe-backup.js'
import { plain } from './paint.js'
import { counted, table } from './table.js'

export function describePlan({ target, found, fault, backup }: RestorePlan): string {
  const { label, address, name } = target
  const content =
    fault !== null
      ? `can not be read: ${fault}`
      : !found.exists
        ? 'does not exist yet'
        : found.tables === 0
          ? 'is empty'
          : `holds ${counted(found.records, 'record')} in ${counted(found.tables, 'table')}`
  const named = `${name}, ${shownLabel(label)}`
  const into = `${'into'.padEnd(16)}${plain(`${address.shown} (${named})`)}, which ${content}`
  if (!backup) return into
  const notes = originNotes(backup.header, target).map(
    (note) => `${'note'.padEnd(16)}${plain(note)}`,
  )
  return [describeBackup(backup), into, ...notes].join('\n')
}

export function describeRestore(result: RestoreResult, target: ChosenDatabase): string {
  const { mode, dryRun, changes, safetyCopy, created, excludedRows } = result
  // What stands in the tables besides is no part of a restore of single records.
  const records = changes.reduce((sum, { records: after, added, changed }) => {
    return sum + (result.parents ? (added ?? 0) + (changed ?? 0) : after)
  }, 0)
  const done = dryRun ? 'would restore' : created ? 'restored into a new file' : 'restored'
  const lines = [changeTable(changes), '', `${done} (${mode}): ${counted(records, 'record')}`]
  if (result.parents && result.parents.length > 0) lines.push(...broughtAlong(result.parents))
  if (excludedRows.length > 0) lines.push(`${leftOut(mode)}: ${plain(excludedRows.join(', '))}`)
  if (dryRun) lines.push('nothing was changed')
  if (safetyCopy !== null) {
    lines.push(`the state before is kept in ${plain(safetyCopy)}`)
    lines.push(`to go back: octavo restore --undo ${intoAgain(target)}`)
  }
  return lines.join('\n')
}

/** How many of them are listed. */
const listedParents = 10

function broughtAlong(parents: readonly NamedRecord[]): string[] {
  const listed = parents.slice(0, listedParents)
  const more = parents.length - listed.length
  return [
    'with them, as they refer to it and it was gone:',
    ...listed.map(({ model, key }) => `  ${plain(`${model}:${key}`)}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ]
}

function leftOut(mode: RestoreResult['mode']): string {
  return mode === 'replace'
    ? 'empty, as the backup left out their rows'
    : 'left as they were, as the backup holds no rows of them'
}

function changeTable(changes: readonly ModelChange[]): string {
  const compared = changes.some(({ added }) => added !== null)
  if (!compared)
    return table(
      ['model', 'records'],
      changes.map(({ model, records }) => [model, records]),
    )
  return table(
    ['model', 'added', 'changed', 'removed', 'records after'],
    changes.map(({ model, added, changed, removed, records }) => [
      model,
      added,
      changed,
      removed,
      records,
    ]),
  )
}

export function describeUndo({ restoredFrom, safetyCopy }: UndoResult): string {
  const lines = [`put back ${plain(restoredFrom)}`]
  if (safetyCopy !== null) lines.push(`what it replaced is kept in ${plain(safetyCopy)}`)
  return lines.join('\n')
}

/** The address of a server holds a password, which is not shown. */
function intoAgain({ address }: ChosenDatabase): string {
  if (address.engine === 'postgresql') return 'with the same --into'
  return `--into ${shellWord(address.shown)}`
}

/** A word to paste into a shell. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
