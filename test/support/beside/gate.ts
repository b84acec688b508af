import { createServer, type Socket } from 'node:net'
import type { Test } from 'tap'

export interface Gate {
  /** Resolves when somebody stands before it. */
  readonly reached: Promise<void>
  open(): void
}

/** A socket at which a program waits until the test lets it go on. */
export async function makeGate(t: Test, path: string): Promise<Gate> {
  const waiting: Socket[] = []
  const server = createServer()
  const reached = new Promise<void>((resolve) => {
    server.on('connection', (socket) => {
      waiting.push(socket)
      resolve()
    })
  })
  const open = (): void => waiting.forEach((socket) => socket.end())
  await new Promise<void>((resolve) => server.listen(path, resolve))
  t.teardown(() => {
    open()
    return new Promise((resolve) => server.close(resolve))
  })
  return { reached, open }
}

/** A shell's command that waits at a gate. */
export function waitAt(path: string): string {
  const script = `require('node:net').connect('${path}').on('close', () => process.exit()).resume()`
  return `"${process.execPath}" -e "${script}"`
}
