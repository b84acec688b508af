import type { Putting as RemotePutting } from '../remote/putting.js'
import type { S3Place } from './s3-place.js'

export type Putting = RemotePutting<S3Place>
