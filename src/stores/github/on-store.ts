import { OctavoError } from '../../core/errors.js'
import { stopped, unlessAborted } from '../stopped.js'
import type { GitHubRepository } from './connect-github.js'
import type { GitHubStorePlace } from './store-place.js'

export interface Asking {
  /** Begins messages: `could not store NAME in …`. */
  readonly what: string
  readonly signal?: AbortSignal | undefined
}

/** Asks GitHub for a store: what fails there is `store-refused` or `store-failed`. */
export async function onStore<T>(
  place: GitHubStorePlace,
  asking: Asking,
  call: (repository: GitHubRepository) => Promise<T>,
): Promise<T> {
  const { what, signal } = asking
  try {
    return await unlessAborted(async () => call(await place.connect(signal)), signal, what)
  } catch (error) {
    throw storeError(asking, error)
  }
}

/** The error of ours for what a call to GitHub threw. */
export function storeError({ what, signal }: Asking, error: unknown): unknown {
  if (signal?.aborted) return stopped(signal, what)
  if (!(error instanceof OctavoError)) return error
  if (error.code !== 'github-failed' && error.code !== 'aborted') return error
  const code = error.details['refused'] === true ? 'store-refused' : 'store-failed'
  const usual = new OctavoError(error.code, '').hint
  return new OctavoError(code, `${what}: ${error.message}`, {
    cause: error,
    details: error.details,
    ...(error.hint === usual ? {} : { hint: error.hint }),
  })
}
