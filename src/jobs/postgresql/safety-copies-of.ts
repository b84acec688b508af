import { join } from 'node:path'
import { fingerprintOf } from '../../core/database-place.js'
import { OctavoError } from '../../core/errors.js'
import { SafetyCopies } from '../../core/files/safety-copies.js'
import { parseServerAddress } from '../../core/server-address.js'
import type { UndoInput } from '../job-types.js'
import { serverPlaceOf } from './server-place.js'

const longestStem = 40
const digestLength = 16

/** The safety copies of one database on a server, whoever logs in and however its address is spelled. */
export function safetyCopiesOf({
  target,
  safetyFolder,
}: Pick<UndoInput, 'target' | 'safetyFolder'>): SafetyCopies {
  if (safetyFolder === undefined)
    throw new OctavoError('internal', 'it is not said where safety copies of servers are kept')
  const { database } = parseServerAddress(serverPlaceOf(target).url)
  const stem = database.replaceAll(/[^\w.-]/g, '_').slice(0, longestStem)
  const folder = `${stem}-${fingerprintOf(target.address).slice(0, digestLength)}`
  return new SafetyCopies({ folder: join(safetyFolder, folder), stem, suffix: '.json' })
}
