import type { VNode } from 'preact'
import type { ErrorBody } from '../../error-answer.js'
import { Failure } from '../page/failure.js'
import { Page, type Visit } from '../page/layout.js'
import { Field, PostForm } from '../page/parts.js'

export interface LogInPageProps {
  readonly visit: Visit
  readonly next?: string | undefined
  readonly name?: string
  readonly failure?: ErrorBody
}

export function LogInPage({ visit, next, name, failure }: LogInPageProps): VNode {
  const wrong = failure?.code === 'login-wrong'
  return (
    <Page visit={visit} title="Log in">
      <h1>Log in</h1>
      {failure && <Failure error={failure} />}
      <PostForm action={`${visit.base}/log-in`} csrf={visit.csrf}>
        {next !== undefined && <input type="hidden" name="next" value={next} />}
        <Field id="name" label="Name">
          <input
            id="name"
            name="name"
            type="text"
            required
            autofocus={name === undefined}
            autocomplete="username"
            autocapitalize="none"
            spellcheck={false}
            value={name ?? ''}
            aria-invalid={wrong || undefined}
          />
        </Field>
        <Field id="password" label="Password">
          <input
            id="password"
            name="password"
            type="password"
            required
            autofocus={name !== undefined}
            autocomplete="current-password"
            aria-invalid={wrong || undefined}
          />
        </Field>
        <button type="submit">Log in</button>
      </PostForm>
      <p class="help">
        Without an account, but with the key of the service:{' '}
        <a href={`${visit.base}/export`}>export a database</a>.
      </p>
    </Page>
  )
}
