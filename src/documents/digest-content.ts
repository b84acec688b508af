import type { DocumentEnd, ModelSummary } from '../core/document.js'
import type { Snapshot } from '../core/engine.js'
import type { OnProgress } from '../core/progress.js'
import { digestedRecords } from './digested-records.js'
import { type Digests, digestsHere } from './digests/digests.js'
import { documentContentDigest } from './document-content.js'
import { RecordDigest } from './record-digest.js'

export interface DigestContent {
  readonly snapshot: Snapshot
  readonly digests?: Digests | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: OnProgress | undefined
}

/** What a document of the snapshot would state of its content, without writing one. */
export async function digestContent(
  options: DigestContent,
): Promise<Pick<DocumentEnd, 'summary' | 'contentSha256'>> {
  const { snapshot, digests = digestsHere, signal, onProgress } = options
  const models = new Map<string, ModelSummary>()
  let records = 0
  for (const { model } of snapshot.models) {
    const digest = new RecordDigest(digests)
    for await (const _ of digestedRecords(model, digest, { snapshot, signal }))
      onProgress?.({ phase: 'exporting', model, records: records + digest.records })
    records += digest.records
    models.set(model, {
      records: digest.records,
      sha256: await digest.digest(),
      foreign_key_violations: snapshot.violations(model),
    })
  }
  const contentSha256 = documentContentDigest({ ...snapshot, facts: snapshot.facts, models })
  return { summary: { records, models }, contentSha256 }
}
