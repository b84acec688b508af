import type { S3 } from '@aws-sdk/client-s3'
import { askService, type Asking, type RequestOptions } from '../remote/ask-service.js'
import { remoteError } from '../remote/fault.js'
import type { S3Place } from './s3-place.js'

type Ask<T> = (s3: S3, options: RequestOptions) => Promise<T>

/** Asks the service as `askService` does. */
export async function askS3<T>(place: S3Place, asking: Asking, ask: Ask<T>): Promise<T> {
  const s3 = await place.client()
  return await askService(place, asking, (options) => ask(s3, options))
}

/** The same, with every fault as an error of ours. */
export async function askS3OrFail<T>(place: S3Place, asking: Asking, ask: Ask<T>): Promise<T> {
  try {
    return await askS3(place, asking, ask)
  } catch (error) {
    throw remoteError(error, asking.what, place)
  }
}
