import { resolve } from 'node:path'
import { configInvalid } from './config-mistakes.js'
import type { Config } from './read-config.js'

/** Where the service listens: on a unix socket, or on a port. */
export type ListeningPlace =
  { readonly socket: string } | { readonly host: string; readonly port: number }

/** OCTAVO_SOCKET, else OCTAVO_PORT, else PORT. Both of the first are a contradiction. */
export function listeningPlace({ settings, folder }: Config): ListeningPlace {
  const { octavoSocket, octavoPort, host, port } = settings
  if (octavoSocket !== undefined && octavoPort !== undefined)
    throw configInvalid([
      {
        setting: 'OCTAVO_PORT',
        source: '',
        problem: 'is given beside OCTAVO_SOCKET',
        expected: 'one of the two',
      },
    ])
  if (octavoSocket !== undefined) return { socket: resolve(folder, octavoSocket) }
  if (octavoPort !== undefined) return { host: host ?? '127.0.0.1', port: octavoPort }
  return { host: host ?? '0.0.0.0', port }
}
