const mebibyte = 1024 * 1024

/** The size of parts: `usual`, or more mebibytes where there would be more parts than a service takes. */
export function partBytesFor(size: number, usual: number, mostParts: number): number {
  return Math.max(usual, Math.ceil(size / mostParts / mebibyte) * mebibyte)
}

/** All parts but the last have the same size, as some services want it. */
export async function* inParts(
  pieces: AsyncIterable<Uint8Array>,
  partBytes: number,
): AsyncGenerator<Buffer> {
  let part = Buffer.allocUnsafe(partBytes)
  let filled = 0
  for await (const piece of pieces)
    for (let at = 0; at < piece.length;) {
      const taking = piece.subarray(at, at + partBytes - filled)
      part.set(taking, filled)
      filled += taking.length
      at += taking.length
      if (filled < partBytes) continue
      yield part
      // Not the same memory: a connection that broke may still be reading it.
      part = Buffer.allocUnsafe(partBytes)
      filled = 0
    }
  if (filled > 0) yield part.subarray(0, filled)
}
