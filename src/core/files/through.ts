import { Readable, type Transform } from 'node:stream'
import { finished } from 'node:stream/promises'

/**
 * What a transform makes of a source, as it comes. The source is read only as fast as the result is
 * consumed. An error on either side reaches the consumer; a consumer that stops ends the source.
 */
export async function* through(
  source: AsyncIterable<Uint8Array>,
  transform: Transform,
): AsyncGenerator<Buffer> {
  const readable = Readable.from(source, { objectMode: false })
  readable.once('error', (error) => transform.destroy(error))
  readable.pipe(transform)
  try {
    for await (const piece of transform) {
      // A Transform without an encoding gives nothing but buffers.
      yield piece as Buffer
    }
  } finally {
    transform.destroy()
    readable.destroy()
    // Waits for the source to let go of its file; its errors went to the consumer above.
    await finished(readable).catch((error: unknown) => error)
  }
}
