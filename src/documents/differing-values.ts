import type { DocumentReading } from '../core/document.js'
import { type JsonValue, JsonNumber } from './canonical-json.js'
import { parseJson } from './json-values.js'
import { LineCursor } from './line-cursor.js'

/**
 * The models whose records differ in a value, though the digests say nothing: versions of an engine
 * may spell the same real in two ways. Storage classes must agree: `1` and `1.0` are two values.
 * Records must stand in the same order. Reads both documents to their end.
 */
export async function differingValues(a: DocumentReading, b: DocumentReading): Promise<string[]> {
  const differing: string[] = []
  const others = b.models()[Symbol.asyncIterator]()
  for await (const { model, chunks } of a.models()) {
    const { done, value } = await others.next()
    const same = !done && value.model === model && (await sameRecords(chunks, value.chunks))
    if (!same) differing.push(model)
  }
  if (!(await others.next()).done) differing.push('models that only one of them has')
  await a.end()
  await b.end()
  return differing
}

type Chunks = ConstructorParameters<typeof LineCursor>[0]

async function sameRecords(left: Chunks, right: Chunks): Promise<boolean> {
  const [a, b] = [new LineCursor(left), new LineCursor(right)]
  for (;;) {
    await LineCursor.passEqual(a, b)
    const [hasA, hasB] = [await a.ready(), await b.ready()]
    if (!hasA || !hasB) return hasA === hasB
    const [one, other] = [a.take(), b.take()]
    if (!sameValue(parse(one.line), parse(other.line))) return false
  }
}

function parse(line: string): JsonValue {
  return parseJson(Buffer.from(line))
}

function sameValue(a: JsonValue, b: JsonValue): boolean {
  if (a instanceof JsonNumber) return b instanceof JsonNumber && sameNumber(a.text, b.text)
  if (Array.isArray(a)) return Array.isArray(b) && sameValues(a, b)
  if (!(a instanceof Map)) return a === b
  return (
    b instanceof Map &&
    sameValues([...a.keys()], [...b.keys()]) &&
    sameValues([...a.values()], [...b.values()])
  )
}

function sameValues(a: readonly JsonValue[], b: readonly JsonValue[]): boolean {
  return a.length === b.length && a.every((value, index) => sameValue(value, b[index] ?? null))
}

function sameNumber(a: string, b: string): boolean {
  return isReal(a) === isReal(b) && Object.is(Number(a), Number(b))
}

function isReal(text: string): boolean {
  return /[.eE]/.test(text)
}
