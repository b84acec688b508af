import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * Waits until so many bytes of a download are on the disk below a work folder's parent: a cut that
 * came before would take along what is still on its way.
 */
export async function untilStored(parent: string, bytes: number): Promise<void> {
  for (let tries = 0; tries < 2000 && storedBytes(parent) < bytes; tries += 1) await delay(5)
}

function storedBytes(parent: string): number {
  const works = readdirSync(parent).filter((name) => name.startsWith('.octavo-work-'))
  const files = works.flatMap((work) =>
    readdirSync(join(parent, work)).map((name) => join(parent, work, name)),
  )
  const sizes = files
    .filter((file) => file.endsWith('.part'))
    .map((file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0)
  return Math.max(0, ...sizes)
}
