import { OctavoError } from '../../../src/core/errors.js'
import { requireStoreName } from '../../../src/core/store-names.js'
import type { Store } from '../../../src/core/store.js'
import { provedBytes } from '../../../src/stores/proved-bytes.js'
import { requireGoing } from '../../../src/stores/stopped.js'

/** Objects in memory: for tests of what uses stores. Two of one map are two views of one place. */
export function memoryStore(
  name = 'memory',
  objects: Map<string, Buffer> = new Map<string, Buffer>(),
): Store {
  const shown = `memory ${name}`
  return {
    name,
    shown,
    local: true,
    put: async (object, source, { signal, onBytes } = {}) => {
      requireStoreName(object)
      const what = `could not store ${object} in ${shown}`
      const pieces: Uint8Array[] = []
      let bytes = 0
      requireGoing(signal, what)
      for await (const piece of provedBytes(source, what, signal)) {
        pieces.push(Buffer.from(piece))
        bytes += piece.length
        onBytes?.(bytes)
      }
      requireGoing(signal, what)
      if (objects.has(object))
        throw new OctavoError('store-taken', `${shown} already holds ${object}`)
      objects.set(object, Buffer.concat(pieces))
    },
    get: async function* (object, { start = 0, signal, onBytes } = {}) {
      requireStoreName(object)
      const found = objects.get(object)
      if (found === undefined) throw new OctavoError('not-found', `${shown} holds no ${object}`)
      for (let at = start; at < found.length; at += 65_536) {
        requireGoing(signal, `could not read ${object} from ${shown}`)
        const piece = found.subarray(at, at + 65_536)
        onBytes?.(at + piece.length - start)
        yield Buffer.from(piece)
      }
    },
    list: async function* (prefix, { signal } = {}) {
      for (const [object, { length }] of new Map(objects)) {
        requireGoing(signal, `could not list ${shown}`)
        if (object.startsWith(prefix)) yield { name: object, size: length }
      }
    },
    remove: async (object, { signal } = {}) => {
      requireStoreName(object)
      requireGoing(signal, `could not remove ${object} from ${shown}`)
      objects.delete(object)
    },
    close: () => Promise.resolve(),
  }
}
