import { OctavoError } from '../core/errors.js'

/** The error of a call that its signal ended. */
export function stopped(signal: AbortSignal, what: string): OctavoError {
  const reason: unknown = signal.reason
  if (reason instanceof OctavoError) return reason
  return new OctavoError('aborted', `${what}: it was stopped`, { cause: reason })
}

/** Throws `stopped` where the signal is aborted. */
export function requireGoing(signal: AbortSignal | undefined, what: string): void {
  if (signal?.aborted) throw stopped(signal, what)
}

/** What `iterable` gives, until the signal is aborted: also while it is waited for. */
export async function* untilAborted<T>(
  iterable: AsyncIterable<T>,
  signal: AbortSignal | undefined,
  what: string,
): AsyncGenerator<T> {
  const iterator = iterable[Symbol.asyncIterator]()
  let over = false
  try {
    for (;;) {
      const next = await unlessAborted(() => iterator.next(), signal, what)
      if (next.done === true) {
        over = true
        return
      }
      yield next.value
    }
  } finally {
    // A generator that is asked for its next value ends after it: an aborted call does not wait for that.
    const ended = over ? Promise.resolve() : Promise.resolve(iterator.return?.())
    if (signal?.aborted) ended.catch(() => undefined)
    else await ended
  }
}

/** What `ask` gives, or `stopped` as soon as the signal is aborted; then nobody hears of its end. */
export async function unlessAborted<T>(
  ask: () => Promise<T>,
  signal: AbortSignal | undefined,
  what: string,
): Promise<T> {
  requireGoing(signal, what)
  if (!signal) return await ask()
  const asked = ask()
  return await new Promise<T>((resolve, reject) => {
    const onAbort = (): void => reject(stopped(signal, what))
    signal.addEventListener('abort', onAbort, { once: true })
    // What is asked may itself have aborted it.
    if (signal.aborted) onAbort()
    void asked.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
