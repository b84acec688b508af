import { createHash } from 'node:crypto'
import type { S3 } from '@aws-sdk/client-s3'
import { SentBytes } from '../remote/sent-bytes.js'

export class RequestBody extends SentBytes {
  readonly sha256: string

  constructor(bytes: Buffer, onRead?: (bytes: number) => void) {
    super(bytes, onRead)
    this.sha256 = createHash('sha256').update(bytes).digest('hex')
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
