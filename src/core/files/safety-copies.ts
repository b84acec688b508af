import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../message-of.js'
import { fileInstant } from '../names.js'
import { compareNames } from '../restore-order.js'
import { moveIntoEmptyPlace, syncFolder } from './durable-file.js'
import { failedWith, isMissing } from './file-failure.js'

/** How many safety copies of a database are kept. */
const keptCopies = 3
const numbered = /^(\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d)(?:_(\d+))?$/

export interface CopyPlace {
  /** It may be missing until the first copy is kept. */
  readonly folder: string
  /** What the names begin with: `db.sqlite3`. */
  readonly stem: string
  /** `.sqlite3` */
  readonly suffix: string
}

interface Copy {
  readonly path: string
  readonly instant: string
  /** Which of several copies of one second it is. */
  readonly number: number
}

/** The safety copies of one database: `db.sqlite3.before-restore-2026-11-22_00-17-00.sqlite3`. */
export class SafetyCopies {
  readonly #place: CopyPlace

  constructor(place: CopyPlace) {
    this.#place = place
  }

  /** Their paths, in the order in which they were made. */
  async list(): Promise<string[]> {
    return (await this.#copies()).map(({ path }) => path)
  }

  /**
   * Gives a finished file beside the copies its name. The order of the names is the order of the
   * copies, also where the clock was set back.
   */
  async keep(finished: string, at: Date): Promise<string> {
    const newest = (await this.#copies()).at(-1)
    const isAhead = newest !== undefined && newest.instant >= fileInstant(at)
    const instant = isAhead ? newest.instant : fileInstant(at)
    for (let number = isAhead ? newest.number + 1 : 0; ; number += 1) {
      const path = this.#pathOf(instant, number)
      try {
        await moveIntoEmptyPlace(finished, path)
        return path
      } catch (error) {
        if (!failedWith(error, 'EEXIST')) throw error
      }
    }
  }

  /**
   * Removes all but the newest three, never `justMade`: only after a restore succeeded. What can not be
   * removed is no failure of the restore any more: it is told as a warning.
   */
  async prune(justMade: string | null): Promise<string[]> {
    const { folder, stem } = this.#place
    try {
      const old = (await this.list()).slice(0, -keptCopies)
      for (const path of old) if (path !== justMade) await rm(path, { force: true })
      if (old.length > 0) await syncFolder(folder)
      return []
    } catch (error) {
      const shown = join(folder, stem)
      return [`an old safety copy of ${shown} could not be removed: ${messageOf(error)}`]
    }
  }

  /** The folder, made for this user alone where it is missing. */
  async makeFolder(): Promise<string> {
    await mkdir(this.#place.folder, { recursive: true, mode: 0o700 })
    return this.#place.folder
  }

  #pathOf(instant: string, number: number): string {
    const { folder, stem, suffix } = this.#place
    const twin = number === 0 ? '' : `_${number}`
    return join(folder, `${stem}.before-restore-${instant}${twin}${suffix}`)
  }

  async #copies(): Promise<Copy[]> {
    const { folder, stem, suffix } = this.#place
    const start = `${stem}.before-restore-`
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
      if (isMissing(error)) return []
      throw error
    })
    return entries
      .filter((entry) => entry.isFile())
      .map(({ name }) => name)
      .filter((name) => name.startsWith(start) && name.endsWith(suffix))
      .flatMap((name) => {
        const [, instant, number = '0'] =
          numbered.exec(name.slice(start.length, name.length - suffix.length)) ?? []
        if (instant === undefined) return []
        return [{ path: join(folder, name), instant, number: Number(number) }]
      })
      .sort((a, b) => compareNames(a.instant, b.instant) || a.number - b.number)
  }
}
