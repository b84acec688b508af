export const headerBytes = 100

const pageSizeOffset = 16
const writeVersionOffset = 18
const walVersion = 2

export interface FileHeader {
  readonly wal: boolean
  readonly pageSize: number
}

/** Reads the first 100 bytes of a database: https://www.sqlite.org/fileformat2.html, 1.3. */
export function parseFileHeader(header: Buffer): FileHeader {
  const stored = header.readUInt16BE(pageSizeOffset)
  return {
    wal: header[writeVersionOffset] === walVersion,
    pageSize: stored === 1 ? 65_536 : stored,
  }
}
