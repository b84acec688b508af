import { OctavoError } from '../../core/errors.js'
import type { Putting } from './putting.js'
import { partTimes, removeUpload, uploadsOf, type Upload } from './upload.js'

/**
 * An upload without a new part for so long belongs to a process that is gone: ours send one after the
 * other, and the longest try of one takes minutes.
 */
const silentMs = 60 * 60 * 1000

/**
 * Keeps two uploads of one name from replacing each other, also where the service completes any: whoever
 * began later gives way with `store-taken`. It is asked after the beginning and before the completion. So
 * of two, the later one sees the earlier one's upload, or, when that is complete, its object. What dead
 * processes left of this name is removed.
 */
export async function giveWay(putting: Putting, upload: Upload): Promise<void> {
  const { place, what, call, name } = putting
  const all = await uploadsOf(putting)
  const own = all.find(({ id }) => id === upload.id)
  if (own === undefined) return
  const elapsed = place.clock.now().getTime() - upload.begunAt.getTime()
  const now = own.initiatedAt.getTime() + elapsed
  for (const other of all) {
    if (other.id === own.id) continue
    const parts = await partTimes(putting, other.id)
    if (parts === null) continue
    const signs = [other.initiatedAt, ...parts].map((date) => date.getTime())
    const lastSign = signs.reduce((a, b) => Math.max(a, b))
    if (now - lastSign > silentMs) {
      await removeUpload(putting, other.id, { what, signal: call.signal })
      continue
    }
    const order = other.initiatedAt.getTime() - own.initiatedAt.getTime()
    if (order < 0 || (order === 0 && other.id < own.id))
      throw new OctavoError('store-taken', `another run is storing ${name} in ${place.shown}`, {
        hint: 'Nothing is overwritten. Run it again: the next backup has another name. What a killed run left under way is removed after an hour.',
      })
  }
}
