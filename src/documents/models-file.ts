import { open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { maxLineBytes } from '../core/document.js'
import { OctavoError } from '../core/errors.js'
import { requireSpace } from '../core/files/free-space.js'
import { quote, type JsonObject, type JsonValue } from './canonical-json.js'
import { columnOrders } from './column-order.js'
import { schemaOf } from './document-head.js'
import type { ModelTarget } from './document-tokens.js'
import { recordLine } from './rewrite-record.js'
import { requireModel, schemaModels } from './schema-models.js'

const flushBytes = 512 * 1024
/** How often free space is looked at, and how much of it is left alone. */
const spaceStepBytes = 64 * 1000 * 1000

/** A scratch file that takes the models of a document in our own layout. */
export class ModelsFile implements ModelTarget {
  readonly #path: string
  readonly #handle: FileHandle
  #head: JsonObject | null = null
  #columns: ReadonlyMap<string, readonly string[]> = new Map()
  #known: ReadonlySet<string> = new Set()
  #model: { readonly name: string; records: number } | null = null
  #models = 0
  #pending: string[] = []
  #pendingLength = 0
  #bytes = 0
  #checkedBytes = -spaceStepBytes
  begun = false

  private constructor(path: string, handle: FileHandle) {
    this.#path = path
    this.#handle = handle
  }

  static async create(path: string): Promise<ModelsFile> {
    return new ModelsFile(path, await open(path, 'wx', 0o600))
  }

  /** For a document whose models stand before its schema: its head, from an earlier reading. */
  useHead(members: JsonObject): void {
    this.#head = members
  }

  begin(members: JsonObject): boolean {
    const head = this.#head ?? members
    if (!head.has('schema')) return false
    const schema = schemaOf(head)
    this.#columns = columnOrders(schema)
    this.#known = schemaModels(schema)
    this.begun = true
    return true
  }

  openModel(name: string): void {
    requireModel(name, this.#known)
    this.#put(`${this.#models > 0 ? ',\n' : ''}${quote(name)}:[\n`)
    this.#models += 1
    this.#model = { name, records: 0 }
  }

  record(value: JsonValue): void {
    const model = this.#model
    if (!model) throw new OctavoError('internal', 'a record stands outside of models')
    const line = recordLine(value, model.name, this.#columns.get(model.name) ?? [])
    if (line.length > maxLineBytes)
      throw new OctavoError(
        'document-invalid',
        `a record of ${quote(model.name)} is longer than ${maxLineBytes} bytes`,
      )
    if (model.records > 0) this.#put(',\n')
    this.#put(line)
    model.records += 1
  }

  closeModel(): void {
    this.#put(this.#model && this.#model.records > 0 ? '\n]' : ']')
    this.#model = null
  }

  /** Writes what was gathered, once it is much. */
  async flush(leastLength = flushBytes): Promise<void> {
    if (this.#pendingLength < leastLength) return
    const bytes = Buffer.from(this.#pending.join(''))
    this.#pending = []
    this.#pendingLength = 0
    await this.#checkSpace(bytes.length)
    for (let written = 0; written < bytes.length;)
      written += (await this.#handle.write(bytes, written)).bytesWritten
    this.#bytes += bytes.length
  }

  async finish(): Promise<void> {
    this.#put(this.#models > 0 ? '\n},\n' : '},\n')
    await this.flush(0)
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }

  #put(text: string): void {
    this.#pending.push(text)
    this.#pendingLength += text.length
  }

  async #checkSpace(bytes: number): Promise<void> {
    if (this.#bytes + bytes - this.#checkedBytes < spaceStepBytes) return
    this.#checkedBytes = this.#bytes
    const needed = spaceStepBytes * 2 + bytes
    await requireSpace(dirname(this.#path), needed, 'reading a document in another layout')
  }
}
