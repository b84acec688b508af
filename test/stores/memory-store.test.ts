import t from 'tap'
import { memoryStore } from '../support/stores/memory-store.js'
import { storeContract } from './store-contract.js'

storeContract(t, 'memory', {
  open: async (_, place = new Map<string, Buffer>()) => ({
    // `place` is what it gave before.
    store: memoryStore('memory', place as Map<string, Buffer>),
    place,
  }),
  leftovers: async () => [],
  sizes: [65_536],
  largeBytes: 3_000_000,
  many: 1_001,
})
