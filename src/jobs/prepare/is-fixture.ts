import { recogniseContent, recognisedBytes } from '../../core/recognise.js'
import { readBytes, recogniseFile } from '../../documents/byte-source.js'
import { recogniseJson } from '../../documents/fixture/read/recognise-json.js'

/** Whether a file is a fixture of Django, plain or gzip. What is no such file at all is none. */
export async function isFixture(file: string): Promise<boolean> {
  const outer = await recogniseFile(file).catch(() => 'unknown')
  if (outer === 'gzip' && !(await holdsJson(file))) return false
  return (outer === 'json' || outer === 'gzip') && (await recogniseJson(file)) === 'fixture'
}

async function holdsJson(file: string): Promise<boolean> {
  for await (const piece of readBytes(file, {}))
    return recogniseContent(piece.subarray(0, recognisedBytes)) === 'json'
  return false
}
