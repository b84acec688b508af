import type { VNode } from 'preact'
import type { PlannedSchedule } from '../admin-desk.js'
import { Page, type Visit } from '../page/layout.js'
import { Empty } from '../page/parts.js'
import { When } from '../page/when.js'
import { capitalised } from '../page/words.js'
import { cronWords } from './cron-words.js'

export interface ScheduleLine extends PlannedSchedule {
  /** The last success of each database. */
  readonly successes: readonly { readonly database: string; readonly at: string }[]
}

export interface SchedulesPageProps {
  readonly visit: Visit
  readonly schedules: readonly ScheduleLine[]
  /** Nobody has set one. */
  readonly isUsual: boolean
}

export function SchedulesPage({ visit, schedules, isUsual }: SchedulesPageProps): VNode {
  return (
    <Page visit={visit} title="Schedules">
      <h1>Schedules</h1>
      {schedules.length === 0 ? (
        <Empty title="Nothing makes a backup by itself.">
          <p>
            Every schedule is <code>off</code>. Set <code>SCHEDULE</code>, to <code>daily</code> or
            to five fields of cron such as <code>0 3 * * *</code>, and start the service again.
            Until then, back up by hand on the <a href={`${visit.base}/`}>overview</a>.
          </p>
        </Empty>
      ) : (
        <>
          <table class="stacked">
            <thead>
              <tr>
                {['Schedule', 'When', 'Databases', 'Format', 'Next run', 'Last success'].map(
                  (name) => (
                    <th key={name} scope="col">
                      {name}
                    </th>
                  ),
                )}
              </tr>
            </thead>
            <tbody>
              {schedules.map((schedule) => (
                <Line key={schedule.name} schedule={schedule} isUsual={isUsual} />
              ))}
            </tbody>
          </table>
          <p class="help">
            Schedules are read-only here: they come from <code>SCHEDULE</code>,{' '}
            <code>TIME_ZONE</code> and <code>schedules</code> in <code>octavo.config.json</code>,
            and count from the next start of the service. Where each is set is on the page{' '}
            <a href={`${visit.base}/settings#schedules`}>Settings</a>.
          </p>
        </>
      )}
    </Page>
  )
}

function Line({
  schedule,
  isUsual,
}: {
  readonly schedule: ScheduleLine
  readonly isUsual: boolean
}): VNode {
  const { name, cron, timeZone, databases, format, nextAt, successes } = schedule
  const words = cronWords(cron)
  return (
    <tr>
      <th scope="row">
        <div>
          {name}
          <div class="help">
            {name !== 'default' ? (
              <code>{`schedules.${name}`}</code>
            ) : isUsual ? (
              'by default: nothing is set'
            ) : (
              <code>SCHEDULE</code>
            )}
          </div>
        </div>
      </th>
      <td data-name="When">
        <div>
          {words === null ? <code>{cron}</code> : capitalised(words)}, {timeZone}
          {words !== null && (
            <div class="help">
              <code>{cron}</code>
            </div>
          )}
        </div>
      </td>
      <td data-name="Databases">{databases.length === 0 ? 'all' : databases.join(', ')}</td>
      <td data-name="Format">{format}</td>
      <td data-name="Next run">{nextAt === null ? 'never' : <When at={nextAt} />}</td>
      <td data-name="Last success">
        {successes.length === 0 ? (
          <span class="none">not yet</span>
        ) : (
          <div>
            {successes.map(({ database, at }) => (
              <div key={database}>
                {successes.length > 1 && `${database}: `}
                <When at={at} />
              </div>
            ))}
          </div>
        )}
      </td>
    </tr>
  )
}
