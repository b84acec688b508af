/** What a store is given to keep: it can be read again from the start, for another try. */
export interface PutSource {
  /** Bytes in all. */
  readonly size: number
  /** Of all bytes, hexadecimal. */
  readonly sha256: string
  /** From byte `start` on, to the end. */
  read(start?: number): AsyncIterable<Uint8Array>
}

/** An object as a listing shows it. */
export interface StoredObject {
  readonly name: string
  readonly size: number
}

export interface StoreCall {
  /** Ends the call with `aborted`, or with the error of ours that is its reason. */
  readonly signal?: AbortSignal
  /** Bytes of the object sent or received so far; never fewer than at the call before. */
  readonly onBytes?: (bytes: number) => void
}

/**
 * A place where backups live: objects by name. A name is one to four parts with `/` between them, each of
 * letters, digits, `.`, `_`, `-`, `(`, `)`, at most 200 of them and none beginning with a dot;
 * `store-names.ts` checks it, and every call throws `usage` for another one. Where there is an object `a`, a
 * store may refuse `a/b` as taken, and the other way round.
 *
 * - `put` is atomic and never overwrites: `store-taken` where the name is taken, also by two calls at
 *   once. When it resolves, the object is durable, its size and digest are those of the source, and `get`
 *   and `list` see it. A call that fails or is aborted leaves nothing that `list` shows; what the service
 *   keeps of it (parts of an upload) is removed, and what a killed process left, when the same name is put
 *   again or, on a disk, any. Where a service can't be told to, it lets go of both by itself in some days. An
 *   error of the source passes as it is; a source that gives other bytes than
 *   it says is `io-failed`.
 * - `get` gives the bytes from `start` on in order, none where the object is not longer, or ends with an
 *   error: `not-found`; `store-failed` where they break off and can't be continued. It never gives the
 *   bytes of two objects. Whoever stops reading ends it.
 * - `list` gives every object whose name begins with `prefix` (all for an empty one) once, in no order, as
 *   of some moment since the call, and nothing that is half written or somebody else's temporary file.
 *   What has no name of ours is not shown, nor what is no plain file.
 * - `remove` resolves when `get` and `list` do not see the object any more, also where it was not there.
 *   The name is free again then.
 *
 * Faults of the service that may pass are tried again inside, for a bounded time; then `store-failed`
 * (status, what was tried) or `store-refused` (credentials, permissions, a bucket that is not there). No
 * error or log carries a secret. Every store passes the suite in `test/stores/store-contract.ts`, and a
 * user's own the steps of `stores/check-store.ts`.
 */
export interface Store {
  /** The name that the configuration gives it. */
  readonly name: string
  /** Kind and place for people, without a secret: `disk /srv/backups`. */
  readonly shown: string
  /**
   * Whether it goes when this machine goes, as far as that is known: a store that vanishes with a
   * temporary machine is no place for a backup.
   */
  readonly local: boolean
  put(name: string, source: PutSource, call?: StoreCall): Promise<void>
  get(name: string, call?: StoreCall & { readonly start?: number }): AsyncIterable<Buffer>
  list(prefix: string, call?: StoreCall): AsyncIterable<StoredObject>
  remove(name: string, call?: StoreCall): Promise<void>
  /** Ends connections. No call may run or follow. */
  close(): Promise<void>
}
