import type { VNode } from 'preact'

/**
 * An instant, ISO 8601. It stands there in UTC; the script of the pages puts the reader's own zone in its
 * place, and UTC where the pointer rests.
 */
export function When({ at }: { readonly at: string }): VNode {
  const utc = `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`
  return (
    <time dateTime={at} title={utc}>
      {utc}
    </time>
  )
}
