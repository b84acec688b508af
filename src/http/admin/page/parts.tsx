import type { ComponentChildren, VNode } from 'preact'
import { statusWords, type BackupStatus } from '../../../core/backups/catalog.js'

export type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'quiet'

/** A coloured dot and its word: the colour alone says nothing. */
export function Dot({ tone, children }: { readonly tone: Tone; readonly children: string }): VNode {
  return (
    <span class={`dot ${tone}`}>
      <span class="mark" aria-hidden="true" />
      {children}
    </span>
  )
}

const tones: Readonly<Record<BackupStatus, Tone>> = {
  success: 'good',
  failed: 'bad',
  'in-progress': 'busy',
}

export function Status({ status }: { readonly status: BackupStatus }): VNode {
  return <Dot tone={tones[status]}>{statusWords[status]}</Dot>
}

export interface PostFormProps {
  readonly action: string
  readonly csrf: string
  readonly children: ComponentChildren
  readonly class?: string
  readonly id?: string
}

/** Every form that changes something: it carries what shows that one of our pages sent it. */
export function PostForm({ action, csrf, children, ...more }: PostFormProps): VNode {
  return (
    <form method="post" action={action} {...more}>
      <input type="hidden" name="_csrf" value={csrf} />
      {children}
    </form>
  )
}

export interface FieldProps {
  readonly id: string
  readonly label: string
  readonly help?: ComponentChildren
  /** The control; it has the same id, and `aria-describedby` of `ID-help` where there is help. */
  readonly children: ComponentChildren
}

export function Field({ id, label, help, children }: FieldProps): VNode {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children}
      {help !== undefined && (
        <p id={`${id}-help`} class="help">
          {help}
        </p>
      )}
    </div>
  )
}

export interface NoticeProps {
  readonly tone: Tone
  readonly title: string
  readonly children?: ComponentChildren
}

/** Something that went wrong is told at once to who listens to the page; all else in its turn. */
export function Notice({ tone, title, children }: NoticeProps): VNode {
  return (
    <div class={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <p>
        <strong>{title}</strong>
      </p>
      {children}
    </div>
  )
}

/** Nothing is there yet, and what to do about it. */
export function Empty({ title, children }: Omit<NoticeProps, 'tone'>): VNode {
  return (
    <div class="empty">
      <p>
        <strong>{title}</strong>
      </p>
      {children}
    </div>
  )
}

/** A table that is wider than the screen scrolls by itself, by keyboard too. */
export function Scrolling({
  label,
  children,
}: {
  readonly label: string
  readonly children: ComponentChildren
}): VNode {
  return (
    <div class="scrolling" role="region" aria-label={label} tabIndex={0}>
      {children}
    </div>
  )
}

/** A list of facts: what it is called, and what it is. Those that are null are left out. */
export function Facts({
  facts,
}: {
  readonly facts: readonly (readonly [string, ComponentChildren])[]
}): VNode {
  return (
    <dl class="facts">
      {facts
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}
