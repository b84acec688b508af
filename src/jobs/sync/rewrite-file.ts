import type { ColumnRule, SyncRules } from '../../core/column-facts.js'
import type { DocumentSummary, DocumentReading } from '../../core/document.js'
import { inPhase } from '../../core/progress.js'
import { personalColumns } from '../../core/personal-columns.js'
import { openDocument } from '../../documents/open-document.js'
import { pseudonyms } from '../../documents/rewrite/pseudonym.js'
import { type RewritePlan, rewritePlan } from '../../documents/rewrite/rewrite-plan.js'
import { rewrittenSnapshot } from '../../documents/rewrite/rewritten-snapshot.js'
import { writeDocument } from '../../documents/write-document.js'
import type { JobContext } from '../job-context.js'
import type { ChosenDatabase } from '../job-types.js'
import { SpoolFile } from '../spool-file.js'
import { columnsOf } from './columns-of.js'
import { requireNoFullText } from './require-no-full-text.js'
import { requireNoWords } from './require-no-words.js'

export interface RewriteInput {
  /** A complete document of `source`; the caller removes it. */
  readonly file: string
  /** Where the rewritten one goes. Not written where there is no rule. */
  readonly out: string
  readonly source: ChosenDatabase
  readonly rules: SyncRules
  /** Full-text tables, and columns of words, that hold nothing of the rewritten columns. */
  readonly keepFullText: readonly string[]
  /** What pseudonyms are made under: secret. */
  readonly key: string
  readonly workFolder: string
}

export interface RewrittenColumn {
  readonly model: string
  readonly column: string
  readonly rule: ColumnRule
  /** Records of the model. */
  readonly records: number
}

export interface RewriteResult {
  readonly rewritten: readonly RewrittenColumn[]
  /** `MODEL.COLUMN`: their names look as if they held personal data, and no rule names them. */
  readonly personal: readonly string[]
}

/** Rewrites the chosen columns of a document into another one, which proves itself as any does. */
export async function rewriteFile(
  input: RewriteInput,
  context: JobContext,
): Promise<RewriteResult> {
  const columns = await columnsOf(input.source, context)
  const summary = await readOnce(input, context)
  const reading = await open(input, context)
  try {
    const { schema } = reading
    const plan = rewritePlan({ schema, columns, rules: input.rules })
    const models = new Map(
      schema.flatMap((one) => (one.type === 'table' && one.model ? [[one.name, one.model]] : [])),
    )
    const chosen = new Set(columnsIn(plan))
    const personal = personalColumns(columns)
      .map(([table, column]) => `${models.get(table) ?? table}.${column}`)
      .filter((name) => !chosen.has(name))
    if (plan.size === 0) return { rewritten: [], personal }
    requireNoFullText(schema, input.keepFullText)
    requireNoWords({ columns, models, plan, kept: input.keepFullText })
    await write(input, { reading, summary, plan, context })
    return { rewritten: rewrittenColumns(plan, summary), personal }
  } finally {
    await reading.close()
  }
}

/** To its end: its digests have agreed before anything is made of it. */
async function readOnce(input: RewriteInput, context: JobContext): Promise<DocumentSummary> {
  const reading = await open(input, context)
  try {
    return (await reading.end()).summary
  } finally {
    await reading.close()
  }
}

function open({ file, workFolder }: RewriteInput, context: JobContext): Promise<DocumentReading> {
  const { signal } = context
  const onProgress = inPhase('rewriting', context.onProgress)
  return openDocument(file, { workFolder, signal, onProgress })
}

interface Rewriting {
  readonly reading: DocumentReading
  readonly summary: DocumentSummary
  readonly plan: RewritePlan
  readonly context: JobContext
}

async function write(
  { out, key }: RewriteInput,
  { reading, summary, plan, context }: Rewriting,
): Promise<void> {
  const snapshot = rewrittenSnapshot({ reading, summary, plan, pseudonym: pseudonyms(key) })
  const rewritten = { pseudonym: columnsIn(plan, 'pseudonym'), empty: columnsIn(plan, 'empty') }
  const sink = await SpoolFile.create(out)
  try {
    const header = { ...reading.header, rewritten }
    await writeDocument({ header, snapshot, sink, signal: context.signal })
    await reading.end()
  } finally {
    await sink.close()
  }
}

function columnsIn(plan: RewritePlan, only?: ColumnRule): string[] {
  return [...plan].flatMap(([model, planned]) =>
    planned
      .filter(({ rule }) => only === undefined || rule === only)
      .map(({ facts }) => `${model}.${facts.name}`),
  )
}

function rewrittenColumns(plan: RewritePlan, { models }: DocumentSummary): RewrittenColumn[] {
  return [...plan].flatMap(([model, planned]) =>
    planned.map(({ facts, rule }) => {
      return { model, column: facts.name, rule, records: models.get(model)?.records ?? 0 }
    }),
  )
}
