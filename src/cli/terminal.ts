import type { Readable, Writable } from 'node:stream'

/** What the process was started with: main fills it in, tests may fill in something else. */
export interface Terminal {
  readonly in: Readable
  readonly out: Writable
  readonly err: Writable
  /** Whether a person sees or types there. */
  readonly tty: { readonly in: boolean; readonly out: boolean; readonly err: boolean }
  /** Whether colour is wanted where a person looks: no NO_COLOR, no dumb terminal. */
  readonly colour: boolean
}
