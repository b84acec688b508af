import type { VNode } from 'preact'
import type { ErrorBody } from '../../error-answer.js'
import { Notice } from './parts.js'
import { capitalised } from './words.js'

/** What went wrong, and what to do; never more than an answer of the service says. */
export function Failure({
  error,
  link,
}: {
  readonly error: ErrorBody
  readonly link?: { readonly href: string; readonly text: string } | undefined
}): VNode {
  return (
    <Notice tone="bad" title={`${capitalised(error.message)}.`}>
      <p>{error.hint}</p>
      {link && (
        <p>
          <a href={link.href}>{link.text}</a>
        </p>
      )}
      <p class="help">
        Code: <code>{error.code}</code>
      </p>
    </Notice>
  )
}
