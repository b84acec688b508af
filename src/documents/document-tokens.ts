import { OctavoError } from '../core/errors.js'
import { quote, type JsonObject, type JsonValue } from './canonical-json.js'
import { checkVersion, isMember, maxMembers } from './head-schema.js'
import { JsonTokens, type TokenKind } from './json-tokens.js'
import { headLimits, JsonValues, type ValueLimits } from './json-values.js'
import { recordLimits } from './rewrite-record.js'

interface Token {
  readonly kind: TokenKind
  readonly text: string
  readonly bytes: number
}

type Steps<T> = Generator<undefined, T, Token>

/** Where the models of a document go while it is read. */
export interface ModelTarget {
  /** False where the models can't be taken yet: they are passed over then. */
  begin(members: JsonObject): boolean
  openModel(model: string): void
  record(value: JsonValue): void
  closeModel(): void
}

/** Reads a document in any JSON layout, member by member and record by record. */
export class DocumentTokens {
  readonly members: JsonObject = new Map()
  readonly #names = new Set<string>()
  readonly #target: ModelTarget
  readonly #tokens: JsonTokens
  #inValue: { readonly values: JsonValues; readonly isHead: boolean } | null = null
  #lastValue: JsonValue = null
  #complete = false
  #headBytes = 0

  constructor(target: ModelTarget) {
    this.#target = target
    const steps = this.#document()
    steps.next()
    this.#tokens = new JsonTokens((kind, text, bytes) => {
      if (this.#inValue) this.#takeInValue(kind, text, bytes)
      if (!this.#inValue) steps.next({ kind, text, bytes })
    })
  }

  write(bytes: Buffer): void {
    this.#tokens.write(bytes)
  }

  end(): void {
    this.#tokens.end()
    if (!this.#complete) throw new OctavoError('document-truncated', 'the JSON ends too early')
    if (!this.#names.has('octavo'))
      throw new OctavoError('format-unknown', 'the file is JSON, but not a document of Octavo')
    if (!this.#names.has('models'))
      throw new OctavoError('document-invalid', 'the document has no models')
  }

  *#document(): Steps<void> {
    const first = yield
    if (first.text === '[') throw notOurs('a JSON list, such as a Django fixture')
    requireMark(first, '{')
    yield* this.#eachMember('}', function* (this: DocumentTokens, name: string): Steps<void> {
      this.#enter(name)
      if (name === 'models') yield* this.#models()
      else yield* this.#member(name)
    })
    this.#complete = true
    yield
    throw new OctavoError('document-invalid', 'something follows the end of the document')
  }

  #enter(name: string): void {
    if (this.#names.has(name)) throw twice(name)
    if (this.#names.size >= maxMembers)
      throw new OctavoError('document-invalid', `the file has more than ${maxMembers} members`)
    this.#names.add(name)
    if (name === 'django_version' && !this.#names.has('octavo'))
      throw notOurs('an export of an older kind, with export_date, django_version and models')
  }

  *#member(name: string): Steps<void> {
    const keep = isMember(name)
    const value = yield* this.#value(yield, { ...headLimits, depth: keep ? 16 : 64 }, keep)
    if (name === 'octavo') checkVersion(value)
    if (keep) this.members.set(name, value)
  }

  *#models(): Steps<void> {
    const open = yield
    if (!this.#target.begin(this.members)) {
      yield* this.#value(open, { ...headLimits, depth: 64 }, false)
      return
    }
    requireMark(open, '{')
    const models = new Set<string>()
    yield* this.#eachMember('}', function* (this: DocumentTokens, model: string): Steps<void> {
      if (models.has(model)) throw twice(model)
      models.add(model)
      this.#target.openModel(model)
      yield* this.#records(model)
      this.#target.closeModel()
    })
  }

  *#records(model: string): Steps<void> {
    const open = yield
    if (open.text !== '[' || open.kind !== 'mark')
      throw new OctavoError('document-invalid', `the model ${quote(model)} is no list of records`)
    let token = yield
    if (isMark(token, ']')) return
    for (;;) {
      this.#target.record(yield* this.#value(token, recordLimits, true))
      token = yield
      if (isMark(token, ']')) return
      requireMark(token, ',')
      token = yield
    }
  }

  *#eachMember(
    end: string,
    read: (this: DocumentTokens, name: string) => Steps<void>,
  ): Steps<void> {
    let token = yield
    if (isMark(token, end)) return
    for (;;) {
      if (token.kind !== 'string') throw unexpected(token)
      const name = token.text
      requireMark(yield, ':')
      yield* read.call(this, name)
      token = yield
      if (isMark(token, end)) return
      requireMark(token, ',')
      token = yield
    }
  }

  /** The tokens inside of a value don't pass through the steps: waking them costs too much. */
  *#value(first: Token, limits: ValueLimits, keep: boolean): Steps<JsonValue> {
    this.#inValue = {
      values: new JsonValues(limits, keep),
      isHead: keep && limits !== recordLimits,
    }
    this.#takeInValue(first.kind, first.text, first.bytes)
    if (this.#inValue) yield
    return this.#lastValue
  }

  #takeInValue(kind: TokenKind, text: string, bytes: number): void {
    const inValue = this.#inValue
    if (!inValue) return
    if (inValue.isHead) this.#countHead(bytes)
    const done = inValue.values.take(kind, text, bytes)
    if (!done) return
    this.#lastValue = done.value
    this.#inValue = null
  }

  #countHead(bytes: number): void {
    this.#headBytes += bytes
    if (this.#headBytes > headLimits.bytes)
      throw new OctavoError('document-invalid', 'the schema is larger than a document may hold')
  }
}

function isMark(token: Token, mark: string): boolean {
  return token.kind === 'mark' && token.text === mark
}

function requireMark(token: Token, mark: string): void {
  if (!isMark(token, mark)) throw unexpected(token)
}

function unexpected({ text }: Token): OctavoError {
  const shown = JSON.stringify(text.slice(0, 40))
  return new OctavoError('document-invalid', `the file is not valid JSON: ${shown} is out of place`)
}

function twice(name: string): OctavoError {
  return new OctavoError('document-invalid', `the member ${quote(name)} stands there twice`)
}

function notOurs(what: string): OctavoError {
  return new OctavoError('format-unknown', `the file is ${what}: this version does not read it`)
}
