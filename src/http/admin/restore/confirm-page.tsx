import type { ComponentChildren, VNode } from 'preact'
import { isProd } from '../../../core/labels.js'
import type { ChosenDatabase } from '../../../jobs/job-types.js'
import { Page, type Visit } from '../page/layout.js'
import { Field, Notice, PostForm } from '../page/parts.js'

export interface ConfirmPageProps {
  readonly visit: Visit
  readonly title: string
  readonly database: Pick<ChosenDatabase, 'name' | 'label'>
  readonly action: string
  /** The dry run that is confirmed. */
  readonly preview?: string
  readonly button: string
  readonly children: ComponentChildren
}

/** The last step before data is changed: the password again, and the name of the database typed. */
export function ConfirmPage(props: ConfirmPageProps): VNode {
  const { visit, title, database, action, preview, button, children } = props
  const { name, label } = database
  return (
    <Page visit={visit} title={title}>
      <h1>{title}</h1>
      {children}
      <p>What is there now is kept as a safety copy first, and can be brought back.</p>
      {isProd(label) && (
        <Notice tone="warn" title={`${name} is production: people work with it now.`}>
          <p>What they enter while it is restored may be lost. Tell them first.</p>
        </Notice>
      )}
      <PostForm action={action} csrf={visit.csrf} class="narrow">
        {preview !== undefined && <input type="hidden" name="preview" value={preview} />}
        <Field id="name" label={`Type the name of the database: ${name}`}>
          <input
            id="name"
            name="name"
            type="text"
            required
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
          />
        </Field>
        <Field id="password" label="Your password">
          <input
            id="password"
            name="password"
            type="password"
            required
            autocomplete="current-password"
          />
        </Field>
        <button type="submit" class="danger">
          {button}
        </button>
      </PostForm>
    </Page>
  )
}
