import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { endianness } from 'node:os'
import type Database from 'better-sqlite3'
import { headerBytes, parseFileHeader } from '../connection/file-header.js'

const counterOffset = 24
const walCommitsOffset = 8
const counterBytes = 4

/**
 * Tells whether a live database was written to. In WAL mode SQLite's own `data_version` tells; in
 * rollback mode a reader would wait for the writer that asks, so the change counter in the header is
 * read from the file. The descriptor must be opened before, and closed after, every connection that
 * this process has to the file: closing it drops all locks of the process on the file
 * (https://www.sqlite.org/howtocorrupt.html, 2.2).
 */
export class ChangeMark {
  readonly #path: string
  readonly #descriptor: number
  #walIndex: number | null = null

  constructor(path: string) {
    this.#path = path
    this.#descriptor = openSync(path, 'r')
  }

  /** Two readings over the same connection are equal if nobody else committed in between. */
  read(connection: Database.Database, journalMode: string): string {
    if (journalMode === 'wal')
      return `wal ${String(connection.pragma('data_version', { simple: true }))}`
    return `counter ${readCounter(this.#descriptor, counterOffset).readUInt32BE()}`
  }

  /**
   * A number that grows by one with each commit; null where the file keeps none. In WAL mode it is
   * `iChange` of the index (https://www.sqlite.org/walformat.html, 2.1), in the machine's byte order.
   */
  commits(journalMode: string): number | null {
    if (journalMode !== 'wal') return readCounter(this.#descriptor, counterOffset).readUInt32BE()
    const index = `${this.#path}-shm`
    if (this.#walIndex === null && !existsSync(index)) return null
    this.#walIndex ??= openSync(index, 'r')
    const counter = readCounter(this.#walIndex, walCommitsOffset)
    return endianness() === 'LE' ? counter.readUInt32LE() : counter.readUInt32BE()
  }

  /** What the file's header says, where SQLite can't read further. */
  look(): { readonly journalMode: string; readonly isEmpty: boolean } {
    const header = Buffer.alloc(headerBytes)
    readSync(this.#descriptor, header, 0, headerBytes, 0)
    return {
      journalMode: parseFileHeader(header).wal ? 'wal' : 'delete',
      isEmpty: fstatSync(this.#descriptor).size === 0,
    }
  }

  close(): void {
    if (this.#walIndex !== null) closeSync(this.#walIndex)
    closeSync(this.#descriptor)
  }
}

function readCounter(descriptor: number, offset: number): Buffer {
  const counter = Buffer.alloc(counterBytes)
  readSync(descriptor, counter, 0, counterBytes, offset)
  return counter
}
