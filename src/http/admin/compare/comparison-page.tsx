import type { VNode } from 'preact'
import type { ModelDiff, RecordDiff } from '../../../core/document-diff.js'
import { mayDo, type Role } from '../../../core/people.js'
import type { BoardJob } from '../../../jobs/board/board-types.js'
import { Page, type Visit } from '../page/layout.js'
import { Empty, Notice } from '../page/parts.js'
import { When } from '../page/when.js'
import { counted, showCount } from '../page/words.js'
import {
  differences,
  differingModels,
  modelsOnPage,
  sidesOf,
  type Comparison,
} from './comparison.js'
import { DifferenceTable } from './difference-table.js'
import { RecordDifference, type Sides } from './record-difference.js'

export interface ComparisonPageProps {
  readonly visit: Visit
  readonly role: Role
  readonly job: BoardJob
  readonly comparison: Comparison
  /** Only this one; null for all. */
  readonly model: string | null
}

/** How two sides differ: model by model, and record by record. */
export function ComparisonPage(props: ComparisonPageProps): VNode {
  const { visit, role, job, comparison, model } = props
  const here = `${visit.base}/comparisons/${job.id}`
  const sides = sidesOf(comparison)
  const differing = differingModels(comparison)
  const chosen = model === null ? differing : differing.filter((one) => one.model === model)
  const fitting = model === null ? modelsOnPage(differing) : new Set([model])
  const restoreOf = (one: string) => (record: RecordDiff) =>
    mayDo(role, 'restore') ? restoreAddress(visit.base, { comparison, model: one, record }) : null
  return (
    <Page visit={{ ...visit, path: '/backups/comparison' }} title="Comparison">
      <h1>{model === null ? 'What differs' : `What differs in ${model}`}</h1>
      <p>
        From <SideName base={visit.base} side={comparison.of?.a} /> to{' '}
        <SideName base={visit.base} side={comparison.of?.b} />, compared{' '}
        <When at={job.endedAt ?? job.startedAt} />. <a href={`${visit.base}/jobs/${job.id}`}>Job</a>
      </p>
      {model !== null && (
        <p>
          <a href={here}>All models</a>
        </p>
      )}
      {comparison.equal && <Notice tone="good" title="There is no difference." />}
      {model === null && <SchemaChanges names={comparison.schemaChanged} />}
      {model === null && differing.length > 0 && (
        <DifferenceTable models={differing} equal={comparison.models.length - differing.length} />
      )}
      {chosen.length === 0 && model !== null && (
        <Empty title="This model has no difference.">
          <p>
            <a href={here}>Show all models</a>
          </p>
        </Empty>
      )}
      {chosen.map((one) => (
        <ModelDifferences
          key={one.model}
          sides={sides}
          diff={one}
          restoreOf={restoreOf(one.model)}
          elsewhere={
            fitting.has(one.model) ? null : `${here}?model=${encodeURIComponent(one.model)}`
          }
        />
      ))}
    </Page>
  )
}

function SideName({
  base,
  side,
}: {
  readonly base: string
  readonly side: { readonly backup: string } | { readonly database: string } | undefined
}): VNode {
  if (!side) return <>one side</>
  if ('backup' in side) return <a href={`${base}/backups/${side.backup}`}>backup {side.backup}</a>
  return <>the database {side.database} as it was then</>
}

function SchemaChanges({ names }: { readonly names: readonly string[] }): VNode | null {
  if (names.length === 0) return null
  return (
    <Notice tone="warn" title={`The schema differs in ${counted(names.length, 'object')}.`}>
      <ul>
        {names.map((name) => (
          <li key={name}>
            <bdi>{name}</bdi>
          </li>
        ))}
      </ul>
    </Notice>
  )
}

interface ModelDifferencesProps {
  readonly sides: Sides
  readonly diff: ModelDiff
  readonly restoreOf: (record: RecordDiff) => string | null
  /** Where its records are, if not here. */
  readonly elsewhere: string | null
}

function ModelDifferences({ sides, diff, restoreOf, elsewhere }: ModelDifferencesProps): VNode {
  const all = differences(diff)
  return (
    <section>
      <h2>
        <bdi>{diff.model}</bdi>
      </h2>
      {elsewhere !== null ? (
        <p>
          <a href={elsewhere}>Show its {counted(diff.shown.length, 'record')}</a>
        </p>
      ) : (
        <>
          {diff.shown.length < all && (
            <p class="help">
              {diff.shown.length === 0 ? 'None' : `The first ${showCount(diff.shown.length)}`} of{' '}
              {counted(all, 'record')}: more, or longer ones, <code>octavo diff</code> shows.
            </p>
          )}
          {diff.shown.map((record) => (
            <RecordDifference
              key={record.key}
              sides={sides}
              record={record}
              restore={restoreOf(record)}
            />
          ))}
        </>
      )}
    </section>
  )
}

/** The page that restores one record out of the backup that has it; null where only a database does. */
function restoreAddress(
  base: string,
  {
    comparison: { of },
    model,
    record: { a, key },
  }: { readonly comparison: Comparison; readonly model: string; readonly record: RecordDiff },
): string | null {
  const side = a === null ? of?.b : of?.a
  if (!of || !side || !('backup' in side)) return null
  const words = new URLSearchParams({ backup: side.backup, record: `${model}:${key}` })
  if ('database' in of.b) words.set('into', of.b.database)
  return `${base}/restore/plan?${words.toString()}`
}
