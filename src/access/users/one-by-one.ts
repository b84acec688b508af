import { OctavoError } from '../../core/errors.js'

export type InTurn = <T>(run: () => Promise<T>) => Promise<T>

/** Runs one after another; `too-many-wrong-keys` where `mostWaiting` wait already. */
export function oneByOne(mostWaiting: number): InTurn {
  let waiting = 0
  let last: Promise<unknown> = Promise.resolve()
  return async (run) => {
    if (waiting > mostWaiting) throw tooMany()
    waiting += 1
    const mine = last.then(run)
    // Whoever waits behind it is not told of its failure.
    last = mine.catch(() => undefined)
    try {
      return await mine
    } finally {
      waiting -= 1
    }
  }
}

function tooMany(): OctavoError {
  return new OctavoError('too-many-wrong-keys', 'too many passwords are being checked', {
    hint: 'Try again in a moment.',
    details: { retryAfterSeconds: 10 },
  })
}
