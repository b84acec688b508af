import type { DocumentEnd, DocumentHeader, ModelSummary } from '../core/document.js'
import type { Snapshot } from '../core/engine.js'
import { OctavoError } from '../core/errors.js'
import type { OnProgress } from '../core/progress.js'
import { quote } from './canonical-json.js'
import { digestedRecords } from './digested-records.js'
import { type Digests, digestsHere } from './digests/digests.js'
import { documentContentDigest } from './document-content.js'
import { headerLines, schemaLine, summaryJson } from './document-lines.js'
import { DocumentOutput, type Sink } from './document-output.js'
import { headLimits } from './json-values.js'
import { RecordDigest } from './record-digest.js'

export interface WriteDocument {
  readonly header: DocumentHeader
  readonly snapshot: Snapshot
  readonly sink: Sink
  /** Where the digests are made; by default in this thread. */
  readonly digests?: Digests | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: OnProgress | undefined
}

export interface WrittenDocument extends DocumentEnd {
  readonly bytes: number
  /** Of the whole file, its last lines included. */
  readonly fileSha256: string
}

const separator = Buffer.from(',\n')

/** Writes a snapshot as a document (docs/format.md), byte for byte, in one pass with flat memory. */
export async function writeDocument(options: WriteDocument): Promise<WrittenDocument> {
  const { header, snapshot, sink } = options
  const output = new DocumentOutput(sink, options.digests ?? digestsHere)
  await writeHead(output, header, snapshot)
  const models = await writeModels(output, options)
  const summary = { records: sum(models), models }
  const contentSha256 = documentContentDigest({ ...snapshot, facts: snapshot.facts, models })
  await output.text(`"summary":${summaryJson(summary)},\n"content_sha256":"${contentSha256}",\n`)
  const sha256 = await output.digest()
  await output.text(`"sha256":"${sha256}"\n}\n`)
  await output.flush()
  const { bytes } = output
  const fileSha256 = await output.digest()
  return { summary, contentSha256, unproved: [], sha256, bytes, fileSha256 }
}

async function writeHead(
  output: DocumentOutput,
  header: DocumentHeader,
  { schema, sequences }: Snapshot,
): Promise<void> {
  await output.text(`{\n${headerLines(header).join(',\n')},\n`)
  await output.text(`"schema":[\n${linesOf(schema.map(schemaLine))}],\n`)
  await output.text(`"sequences":[\n${linesOf(sequences)}],\n`)
  if (output.bytes > headLimits.bytes)
    throw new OctavoError('value-too-large', 'the schema is larger than a document may hold', {
      details: { bytes: output.bytes, limit: headLimits.bytes },
    })
}

function linesOf(lines: readonly string[]): string {
  return lines.length === 0 ? '' : `${lines.join(',\n')}\n`
}

async function writeModels(
  output: DocumentOutput,
  options: WriteDocument,
): Promise<Map<string, ModelSummary>> {
  const { snapshot } = options
  const summaries = new Map<string, ModelSummary>()
  await output.text('"models":{\n')
  for (const [index, { model }] of snapshot.models.entries()) {
    if (summaries.has(model))
      throw new OctavoError('model-clash', `two tables have the model name ${quote(model)}`)
    await output.text(`${quote(model)}:[\n`)
    const digest = await writeRecords(output, model, { ...options, before: sum(summaries) })
    await output.text(index === snapshot.models.length - 1 ? ']\n' : '],\n')
    summaries.set(model, {
      records: digest.records,
      sha256: await digest.digest(),
      foreign_key_violations: snapshot.violations(model),
    })
  }
  await output.text('},\n')
  return summaries
}

async function writeRecords(
  output: DocumentOutput,
  model: string,
  options: WriteDocument & { readonly before: number },
): Promise<RecordDigest> {
  const { digests = digestsHere, onProgress, before } = options
  const digest = new RecordDigest(digests)
  let first = true
  for await (const bytes of digestedRecords(model, digest, options)) {
    if (!first) await output.write(separator)
    first = false
    await output.write(bytes)
    onProgress?.({
      phase: 'exporting',
      model,
      records: before + digest.records,
      bytes: output.bytes,
    })
  }
  if (digest.records > 0) await output.text('\n')
  return digest
}

function sum(models: ReadonlyMap<string, ModelSummary>): number {
  let records = 0
  for (const model of models.values()) records += model.records
  return records
}
