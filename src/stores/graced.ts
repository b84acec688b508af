/** A signal that follows another one later, so that what was sent by then can come to its end. */
export function graced(
  signal: AbortSignal | undefined,
  graceMs: () => number,
): { readonly signal: AbortSignal; readonly end: () => void } {
  const late = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const onAbort = (): void => {
    timer = setTimeout(() => late.abort(signal?.reason), graceMs())
  }
  if (signal?.aborted) onAbort()
  signal?.addEventListener('abort', onAbort, { once: true })
  const end = (): void => {
    signal?.removeEventListener('abort', onAbort)
    clearTimeout(timer)
  }
  return { signal: late.signal, end }
}
