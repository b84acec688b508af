import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { S3 } from '@aws-sdk/client-s3'

const pieceBytes = 64 * 1024

/**
 * The bytes of a request in small pieces: in one piece a slow connection, on which all moves on, looks
 * like one that has ended. `onRead` is told how many were taken.
 */
export class RequestBody extends Readable {
  readonly sha256: string
  readonly #bytes: Buffer
  readonly #onRead: (bytes: number) => void
  #at = 0

  constructor(bytes: Buffer, onRead: (bytes: number) => void = () => undefined) {
    super()
    this.#bytes = bytes
    this.#onRead = onRead
    this.sha256 = createHash('sha256').update(bytes).digest('hex')
  }

  override _read(): void {
    const piece = this.#bytes.subarray(this.#at, this.#at + pieceBytes)
    this.#at += piece.length
    this.#onRead(this.#at)
    this.push(piece.length > 0 ? piece : null)
  }
}

/** Lets signatures hold the digest of such a body. That of a stream the SDK would leave out. */
export function signBodies({ middlewareStack }: S3): void {
  middlewareStack.add(
    (next) => async (args) => {
      // The SDK gives its requests no type here.
      const request = args.request as { body?: unknown; headers: Record<string, string> }
      if (request.body instanceof RequestBody)
        request.headers['x-amz-content-sha256'] = request.body.sha256
      return await next(args)
    },
    { step: 'build', name: 'octavoSignBodies' },
  )
}
