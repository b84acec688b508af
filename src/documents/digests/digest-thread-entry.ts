import { createHash, type Hash } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import {
  type DigestMemory,
  type FromDigestThread,
  slotBytes,
  type ToDigestThread,
} from './digest-messages.js'

const { memory } = workerData as DigestMemory // DigestThread gives nothing else
const hashes = new Map<number, Hash>()

function hashOf(id: number): Hash {
  const hash = hashes.get(id) ?? createHash('sha256')
  hashes.set(id, hash)
  return hash
}

function answer(message: ToDigestThread): FromDigestThread {
  const hash = hashOf(message.id)
  if (message.kind === 'digest') return { kind: 'digest', hex: hash.copy().digest('hex') }
  hash.update(Buffer.from(memory, message.slot * slotBytes, message.bytes))
  return { kind: 'free', slot: message.slot }
}

parentPort?.on('message', (message: ToDigestThread) => parentPort?.postMessage(answer(message)))
