import { OctavoError } from '../../../core/errors.js'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const mostInAnHour = 10

/** Keeps tests of channels from flooding whoever reads them. */
export class TestLimit {
  #sent: { readonly channel: string; readonly at: number }[] = []

  /** Counts a test; `tested-lately` where there were enough, and nothing is to be sent. */
  take(channel: string, now: Date): void {
    const at = now.getTime()
    this.#sent = this.#sent.filter((one) => at - one.at < hourMs)
    const last = this.#sent.findLast((one) => one.channel === channel)
    if (last && at - last.at < minuteMs)
      throw tooOften(`${channel} was tested less than a minute ago`, last.at + minuteMs - at)
    const [first] = this.#sent
    if (first && this.#sent.length >= mostInAnHour)
      throw tooOften(`${mostInAnHour} tests were sent in the last hour`, first.at + hourMs - at)
    this.#sent.push({ channel, at })
  }
}

function tooOften(message: string, waitMs: number): OctavoError {
  const seconds = Math.ceil(waitMs / 1000)
  return new OctavoError('tested-lately', message, {
    hint: `Nothing was sent. Test again in ${seconds > 90 ? `${Math.ceil(seconds / 60)} minutes` : `${seconds} seconds`}.`,
    details: { retryAfterSeconds: seconds },
  })
}
