import type { ComponentChildren, VNode } from 'preact'
import { shownLabel } from '../../../core/labels.js'
import type { ChosenDatabase } from '../../../jobs/job-types.js'
import { Page, type Visit } from '../page/layout.js'
import { Facts, Field, PostForm } from '../page/parts.js'
import { counted, showCount } from '../page/words.js'
import { Steps } from './steps.js'

export interface PlanPageProps {
  readonly visit: Visit
  /** What is restored from: a hidden field of the form, and how it is called. */
  readonly field: { readonly name: 'backup' | 'upload'; readonly value: string }
  readonly shown: string
  readonly from: string | null
  readonly models: readonly { readonly model: string; readonly records: number }[]
  readonly databases: readonly Pick<ChosenDatabase, 'name' | 'label'>[]
  readonly into: string | null
  /** `MODEL:KEY` lines that a comparison has chosen. */
  readonly records: readonly string[]
}

export function PlanPage(props: PlanPageProps): VNode {
  const { visit, field, shown, from, models, databases, into, records } = props
  return (
    <Page visit={visit} title="Restore: what, and where to">
      <h1>Restore: what, and where to</h1>
      <Steps at={2} />
      <Facts
        facts={[
          ['From', shown],
          ['Backup of', from],
          ['Holds', models.length === 0 ? null : counted(models.length, 'model')],
        ]}
      />
      <PostForm action={`${visit.base}/restore/preview`} csrf={visit.csrf}>
        <input type="hidden" name={field.name} value={field.value} />
        <Field id="into" label="Into the database">
          <select id="into" name="into">
            {databases.map(({ name, label }) => (
              <option key={name} value={name} selected={name === into}>
                {`${name} (${shownLabel(label)})`}
              </option>
            ))}
          </select>
        </Field>
        <fieldset>
          <legend>What</legend>
          <Choice value="replace" checked={records.length === 0} title="Everything">
            The whole database becomes what it was: rows, tables, indexes. What came since is gone.
          </Choice>
          <Choice value="data-only" title="All rows, and the tables stay">
            For an app that was updated since: columns that are new take their defaults.
          </Choice>
          <Choice value="merge" title="Add and overwrite">
            Records of the backup come back. Nothing is removed.
          </Choice>
          <Choice value="models" title="Some models">
            The rows of these become what they were. Others stay as they are.
          </Choice>
          {models.length > 0 && <Models models={models} />}
          <Choice value="records" checked={records.length > 0} title="Single records">
            They come back as they were, with the records they refer to where those are missing.
          </Choice>
          <Field
            id="records"
            label="Records"
            help="One a line: model, colon, key, such as auth.User:7. A comparison offers them, too."
          >
            <textarea
              id="records"
              name="records"
              rows={3}
              spellcheck={false}
              aria-describedby="records-help"
              value={records.join('\n')}
            />
          </Field>
        </fieldset>
        <button type="submit">See what would change</button>{' '}
        <span class="help">Nothing is changed by this.</span>
      </PostForm>
    </Page>
  )
}

interface ChoiceProps {
  readonly value: string
  readonly title: string
  readonly checked?: boolean
  readonly children: ComponentChildren
}

function Choice({ value, title, checked = false, children }: ChoiceProps): VNode {
  const id = `what-${value}`
  return (
    <div class="choice">
      <label class="check">
        <input
          type="radio"
          name="what"
          value={value}
          checked={checked}
          required
          aria-describedby={`${id}-help`}
        />
        <strong>{title}</strong>
      </label>
      <p id={`${id}-help`} class="help">
        {children}
      </p>
    </div>
  )
}

function Models({ models }: Pick<PlanPageProps, 'models'>): VNode {
  return (
    <details>
      <summary>Models ({models.length})</summary>
      <ul class="checks">
        {models.map(({ model, records }) => (
          <li key={model}>
            <label class="check">
              <input type="checkbox" name="only" value={model} />
              <bdi>{model}</bdi> <span class="help">{showCount(records)}</span>
            </label>
          </li>
        ))}
      </ul>
    </details>
  )
}
