import { OctavoError } from '../../core/errors.js'

export const armorStart = '-----BEGIN AGE ENCRYPTED FILE-----'
const armorEnd = '-----END AGE ENCRYPTED FILE-----'
const base64Line = /^[A-Za-z0-9+/]{1,64}={0,2}$/

/** The bytes of an age file that was written as text (`age --armor`). */
export async function* dearmor(text: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let started = false
  for await (const line of lines(text)) {
    if (!started) started = requireLine(line === armorStart)
    else if (line === armorEnd) return
    else if (requireLine(base64Line.test(line) && line.length % 4 === 0))
      yield Buffer.from(line, 'base64')
  }
  throw new OctavoError('document-truncated', 'the armored age file ends too early')
}

async function* lines(text: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let begun = ''
  for await (const piece of text) {
    const parts = (begun + piece.toString('latin1')).split('\n')
    begun = parts.pop() ?? ''
    requireLine(begun.length < 100)
    for (const line of parts) yield line.trimEnd()
  }
  // A line without its end was cut off, unless it is the last one.
  if (begun.trimEnd() === armorEnd) yield armorEnd
}

function requireLine(isRight: boolean): true {
  if (isRight) return true
  throw new OctavoError('document-altered', 'the armored age file holds a line that is none of it')
}
