import type { Snapshot } from '../core/engine.js'
import { OctavoError } from '../core/errors.js'
import { quote } from './canonical-json.js'
import type { RecordDigest } from './record-digest.js'

/** A model's chunks of record lines, each given on once it is counted and digested. */
export async function* digestedRecords(
  model: string,
  digest: RecordDigest,
  { snapshot, signal }: { readonly snapshot: Snapshot; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<Buffer> {
  for await (const { bytes, records } of snapshot.records(model)) {
    signal?.throwIfAborted()
    if ((await digest.update(bytes)) !== records)
      throw new OctavoError('internal', `the records of ${quote(model)} were counted wrongly`)
    yield bytes
  }
}
