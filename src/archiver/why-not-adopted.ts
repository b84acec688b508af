import { OctavoError } from '../core/errors.js'
import { readFixture } from '../documents/fixture/read/read-fixture.js'
import { recogniseJson } from '../documents/fixture/read/recognise-json.js'
import type { Listeners } from './listeners.js'

/**
 * What is said of a file that is no document of Octavo. An export of the program before may be all that
 * there is of its time, so it is read, and told from one that is broken or holds an error.
 */
export async function whyNotAdopted(
  file: string,
  refused: OctavoError,
  { signal }: Listeners,
): Promise<string> {
  if ((await recogniseJson(file)) !== 'fixture') return refused.message
  let records = 0
  let date = ''
  try {
    await readFixture(
      file,
      {
        model: () => undefined,
        record: () => void (records += 1),
        said: (name, value) => {
          if (name === 'export_date' && typeof value === 'string')
            date = ` of ${value.slice(0, 40)}`
        },
      },
      { signal },
    )
  } catch (error) {
    if (error instanceof OctavoError && /^(document|format)-/.test(error.code)) return error.message
    throw error
  }
  const count = `${records.toLocaleString('en-US')} ${records === 1 ? 'record' : 'records'}`
  return (
    `an export${date} by another program, with ${count} and no digests to prove it by: ` +
    'it is never pruned, and `octavo restore` takes it'
  )
}
