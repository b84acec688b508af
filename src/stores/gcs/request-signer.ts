import type { Storage, StorageOptions } from '@google-cloud/storage'
import type { GcsCredentials } from './gcs-options.js'

/** The headers that say who asks. */
export type RequestSigner = (
  url: string,
  signal: AbortSignal | undefined,
) => Promise<Readonly<Record<string, string>>>

export interface Signing {
  /** Whether the requests go to a host of Google. */
  readonly ofGoogle: boolean
  readonly patienceMs: number
}

/** Loads the SDK at the first request. It gets tokens, and new ones when they run out. */
export function requestSigner(
  credentials: GcsCredentials,
  { ofGoogle, patienceMs }: Signing,
): RequestSigner {
  let opened: Promise<Storage['authClient']> | undefined
  const open = async (): Promise<Storage['authClient']> => {
    const { Storage } = await import('@google-cloud/storage')
    // What the file holds is looked at by the SDK.
    const given = credentials as StorageOptions['credentials'] & object
    const { authClient } = new Storage({ credentials: given })
    // A host that is not Google's gets what the key itself signed, and Google is not asked for a token.
    if (!ofGoogle) authClient.useJWTAccessWithScope = true
    return authClient
  }
  return async (url, signal) => {
    const auth = await (opened ??= open())
    return await within(patienceMs, signal, auth.getRequestHeaders(url))
  }
}

/** The SDK waits for tokens without a limit, and can't be stopped. */
async function within<T>(
  ms: number,
  signal: AbortSignal | undefined,
  asked: Promise<T>,
): Promise<T> {
  const limit = AbortSignal.timeout(ms)
  const end = signal === undefined ? limit : AbortSignal.any([signal, limit])
  return await new Promise<T>((resolve, reject) => {
    const onEnd = (): void =>
      reject(Object.assign(new Error('no token came'), { code: 'ETIMEDOUT' }))
    if (end.aborted) onEnd()
    end.addEventListener('abort', onEnd, { once: true })
    void asked.then(resolve, reject).finally(() => end.removeEventListener('abort', onEnd))
  })
}
