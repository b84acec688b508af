import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { givenSettings } from '../../config/given-settings.js'
import type { ProcessContext } from '../process-context.js'

/** Where the service is to listen, and how the app hears of it. */
export interface Door {
  /** Undefined where the service finds its place in the settings. */
  readonly socket: string | undefined
  readonly forApp: Readonly<Record<string, string>>
  /** Removes what was made for it. */
  close(): void
}

/**
 * The door between the app and the service: `--socket`, else what is configured, else a socket in a new
 * folder that only this user can enter. Wrong settings are no matter here: the service tells of them.
 */
export function chooseDoor(context: ProcessContext, asked: string | undefined): Door {
  const configured = asked === undefined ? configuredDoor(context) : null
  if (configured) return { socket: undefined, forApp: configured, close: () => undefined }
  if (asked !== undefined) return atSocket(resolve(context.folder, asked), () => undefined)
  const folder = newFolder()
  return atSocket(join(folder, 'octavo.sock'), () =>
    rmSync(folder, { recursive: true, force: true }),
  )
}

function atSocket(socket: string, close: () => void): Door {
  return { socket, forApp: { OCTAVO_SOCKET: socket }, close }
}

function configuredDoor({ environment, folder }: ProcessContext): Record<string, string> | null {
  const given = settingsGiven(environment, folder)
  const socket = given?.get('octavoSocket')?.value
  if (typeof socket === 'string') return { OCTAVO_SOCKET: resolve(folder, socket) }
  const port = given?.get('octavoPort')?.value
  return typeof port === 'string' || typeof port === 'number' ? { OCTAVO_PORT: `${port}` } : null
}

function settingsGiven(...place: Parameters<typeof givenSettings>) {
  try {
    return givenSettings(...place).values
  } catch {
    // A settings file that can't be read is the service's fault to tell, and no reason to keep the app.
    return null
  }
}

/** A socket's path is short, and a person's TMPDIR may not be. */
const mostParentBytes = 50

function newFolder(): string {
  const parent = Buffer.byteLength(tmpdir()) > mostParentBytes ? '/tmp' : tmpdir()
  const start = join(parent, 'octavo-beside-')
  try {
    return mkdtempSync(start)
  } catch {
    // The service will find no folder there, and tell so; the app starts.
    return `${start}${process.pid}`
  }
}
