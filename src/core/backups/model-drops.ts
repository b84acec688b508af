import type { GoodBackup } from './good-backups.js'

export interface ModelDrop {
  readonly model: string
  readonly before: number
  readonly after: number
}

/** Fewer come and go with a day's work. */
const leastLost = 10

/**
 * Models that lost more than `percent` of their records, and 10 at least, since the backup before of the
 * same format: most lost first. What is left out on purpose is no loss.
 */
export function modelDrops(
  backups: readonly GoodBackup[],
  percent: number,
): {
  readonly newest: GoodBackup
  readonly before: GoodBackup
  readonly drops: ModelDrop[]
} | null {
  const stored = backups.filter(({ run }) => run.unchangedFrom === null)
  const [newest] = stored
  const before = stored.find(
    ({ run, manifest }) => run !== newest?.run && manifest.format === newest?.manifest.format,
  )
  if (!newest || !before) return null
  const excluded = new Set(newest.manifest.excluded_rows)
  const now = new Map(newest.manifest.models.map(({ model, records }) => [model, records]))
  const drops = before.manifest.models
    .filter(({ model }) => !excluded.has(model))
    .map(({ model, records }) => ({ model, before: records, after: now.get(model) ?? 0 }))
    .filter((drop) => isDrop(drop, percent))
  return { newest, before, drops: drops.toSorted((a, b) => lost(b) - lost(a)) }
}

function isDrop(drop: ModelDrop, percent: number): boolean {
  return lost(drop) >= leastLost && lost(drop) * 100 > percent * drop.before
}

function lost({ before, after }: ModelDrop): number {
  return before - after
}
