import type { DocumentHeader } from '../core/document.js'
import { OctavoError } from '../core/errors.js'
import type { SchemaObject } from '../core/schema.js'
import { canonicalJson, type JsonObject, type JsonValue } from './canonical-json.js'
import { schemaLine } from './document-lines.js'
import {
  checkVersion,
  isMember,
  maxMembers,
  parseHeader,
  parseSchemaObject,
} from './head-schema.js'
import { headLimits, parseJson } from './json-values.js'
import type { LineReader } from './line-reader.js'

/** All that stands before the records. */
export interface DocumentHead {
  readonly header: DocumentHeader
  readonly schema: readonly SchemaObject[]
  readonly sequences: readonly string[]
}

const ourStart = '{\n"octavo":'

/**
 * Reads a head in our own layout, to where the first model begins. Null where a line is not exactly
 * what we would write: the file has another layout then, or is none of ours.
 */
export async function readHead(lines: LineReader): Promise<DocumentHead | null> {
  // Asked before any line is read: a minified document is one line as long as the file.
  const start = await lines.remainder(ourStart.length)
  if (start.toString('latin1') !== ourStart) return null
  const head = new HeadLines(lines)
  await head.next()
  const members = await readMembers(head)
  const schema = members && (await readList(head, schemaObjectOn))
  if (!schema || (await head.next()) !== '"sequences":[') return null
  const sequences = await readList(head, sequenceOn)
  if (!sequences || (await head.next()) !== '"models":{') return null
  return { header: parseHeader(members), schema, sequences }
}

/** From members in any layout. */
export function headOf(members: JsonObject): DocumentHead {
  return {
    header: parseHeader(members),
    schema: schemaOf(members),
    sequences: listIn(members, 'sequences').map(sequenceOf),
  }
}

export function schemaOf(members: JsonObject): SchemaObject[] {
  return listIn(members, 'schema').map(parseSchemaObject)
}

function listIn(members: JsonObject, name: string): JsonValue[] {
  const list = members.get(name)
  if (Array.isArray(list)) return list
  throw new OctavoError('document-invalid', `the document has no list ${name}`)
}

function sequenceOf(value: JsonValue): string {
  if (Array.isArray(value)) return canonicalJson(value)
  throw new OctavoError('document-invalid', 'an entry of sequences is not a list')
}

async function readMembers(head: HeadLines): Promise<JsonObject | null> {
  const members: JsonObject = new Map()
  for (;;) {
    const line = await head.next()
    if (line === '"schema":[') return members
    if (line === null || !line.endsWith(',')) return null
    const parsed = parseLine(`{${line.slice(0, -1)}}`)
    if (!(parsed instanceof Map) || parsed.size !== 1) return null
    for (const [name, value] of parsed) {
      if (members.has(name) || members.size >= maxMembers) return null
      if (name === 'octavo') checkVersion(value)
      members.set(name, isMember(name) ? value : null)
    }
  }
}

/** What a line of a list stands for; undefined where we would write it in another way. */
type OnLine<T> = (value: JsonValue, line: string, index: number) => T | undefined

const schemaObjectOn: OnLine<SchemaObject> = (value, line, index) => {
  const object = parseSchemaObject(value, index)
  return schemaLine(object) === line ? object : undefined
}

const sequenceOn: OnLine<string> = sequenceOf

/** The lines of a list up to the one that closes it. */
async function readList<T>(head: HeadLines, onLine: OnLine<T>): Promise<T[] | null> {
  const list: T[] = []
  let more = true
  for (;;) {
    const line = await head.next()
    if (line === '],') return more && list.length > 0 ? null : list
    if (line === null || !more) return null
    more = line.endsWith(',')
    const text = more ? line.slice(0, -1) : line
    const value = parseLine(text)
    const item = value === undefined ? undefined : onLine(value, text, list.length)
    if (item === undefined) return null
    list.push(item)
  }
}

/** Undefined where the text is not JSON exactly as we write it. */
function parseLine(text: string): JsonValue | undefined {
  try {
    const value = parseJson(Buffer.from(text))
    return canonicalJson(value) === text ? value : undefined
  } catch (error) {
    if (error instanceof OctavoError && error.code === 'document-invalid') return undefined
    if (error instanceof OctavoError && error.code === 'document-truncated') return undefined
    throw error
  }
}

/** Lines, as long as all of them together stay below the limit of a head. */
class HeadLines {
  readonly #lines: LineReader
  #length = 0

  constructor(lines: LineReader) {
    this.#lines = lines
  }

  async next(): Promise<string | null> {
    const line = await this.#lines.line()
    this.#length += line?.length ?? 0
    return this.#length > headLimits.bytes ? null : line
  }
}
