import type { VNode } from 'preact'
import type { DatabaseHealth } from '../../../core/backups/describe-health.js'
import { shownLabel } from '../../../core/labels.js'
import { mayDo } from '../../../core/people.js'
import type { BoardJob } from '../../../jobs/board/board-types.js'
import type { Trend } from '../../../jobs/backup/read-trend.js'
import { JobLine } from '../jobs/job-line.js'
import { Page, type Visit } from '../page/layout.js'
import { Dot, Facts, PostForm } from '../page/parts.js'
import { When } from '../page/when.js'
import { showCount, showSize } from '../page/words.js'
import type { HeldBackups } from '../stores/held-backups.js'
import type { Safety } from './safety.js'
import { TrendChart } from './trend-chart.js'

export interface DatabaseCard {
  readonly health: DatabaseHealth
  readonly safety: Safety
  readonly trend: Trend
  readonly nextRunAt: string | null
}

export interface OverviewProps {
  readonly visit: Visit
  readonly cards: readonly DatabaseCard[]
  readonly running: readonly BoardJob[]
  readonly held: ReadonlyMap<string, HeldBackups>
}

export function OverviewPage({ visit, cards, running, held }: OverviewProps): VNode {
  return (
    <Page visit={visit} title="Overview">
      <h1>Overview</h1>
      {running.length > 0 && (
        <section aria-labelledby="running">
          <h2 id="running">In progress</h2>
          <ul class="jobs">
            {running.map((job) => (
              <li key={job.id}>
                <JobLine base={visit.base} job={job} />
              </li>
            ))}
          </ul>
        </section>
      )}
      {cards.map((card) => (
        <Card key={card.health.name} visit={visit} card={card} />
      ))}
      <Totals held={held} visit={visit} />
    </Page>
  )
}

function Card({ visit, card }: { readonly visit: Visit; readonly card: DatabaseCard }): VNode {
  const { health, safety, trend, nextRunAt } = card
  const { name, label, newest, archivedAt } = health
  const id = `database-${encodeURIComponent(name)}`
  return (
    <section class={`card ${safety.tone}`} aria-labelledby={id}>
      <header>
        <h2 id={id}>{name}</h2>
        <span class="label">{shownLabel(label)}</span>
        <Dot tone={safety.tone}>{safety.word}</Dot>
      </header>
      <p class="verdict">{safety.sentence}</p>
      {safety.hint !== null && <p class="help">{safety.hint}</p>}
      <Facts
        facts={[
          [
            'Newest backup',
            newest && (
              <a href={`${visit.base}/backups/${newest.id}`}>
                <When at={newest.at} />
              </a>
            ),
          ],
          ['Holds', newest && `${showCount(newest.records)} records, ${showSize(newest.size)}`],
          ['Verified', newest?.verifiedAt ? <When at={newest.verifiedAt} /> : null],
          ['Next run', nextRunAt === null ? 'none is scheduled' : <When at={nextRunAt} />],
          ['Archiver last seen', archivedAt && <When at={archivedAt} />],
        ]}
      />
      <TrendChart name={name} points={trend.points} />
      <Buttons visit={visit} name={name} />
    </section>
  )
}

function Buttons({ visit, name }: { readonly visit: Visit; readonly name: string }): VNode | null {
  const { base, csrf, person } = visit
  if (!person) return null
  if (!mayDo(person.role, 'export'))
    return <p class="help">To export or back up, ask for the role operator.</p>
  return (
    <div class="buttons">
      <PostForm action={`${base}/exports`} csrf={csrf}>
        <input type="hidden" name="database" value={name} />
        <button type="submit">Export Complete Database</button>
        <label class="check">
          <input type="checkbox" name="verify" value="true" /> prove it first
        </label>
      </PostForm>
      <PostForm action={`${base}/backups`} csrf={csrf}>
        <input type="hidden" name="database" value={name} />
        <button type="submit" class="second">
          Back up now
        </button>
      </PostForm>
    </div>
  )
}

function Totals({ held, visit }: Pick<OverviewProps, 'held' | 'visit'>): VNode | null {
  if (held.size === 0) return null
  return (
    <section aria-labelledby="totals">
      <h2 id="totals">Stores</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Store</th>
            <th scope="col" class="number">
              Backups
            </th>
            <th scope="col" class="number">
              Size
            </th>
          </tr>
        </thead>
        <tbody>
          {[...held].map(([store, { backups, bytes }]) => (
            <tr key={store}>
              <th scope="row">
                <a href={`${visit.base}/stores`}>{store}</a>
              </th>
              <td class="number">{showCount(backups)}</td>
              <td class="number">{showSize(bytes)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
