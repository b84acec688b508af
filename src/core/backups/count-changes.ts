import type { BackupManifest } from './manifest.js'

/** How many records of a model a backup holds, and the one before it held. */
export interface CountChange {
  readonly model: string
  /** Null where the backup does not have the model, as all the following. */
  readonly now: number | null
  /** Null where the one before does not have it, or there is none. */
  readonly before: number | null
  /** Null where one of them is. */
  readonly difference: number | null
  /** Left out on purpose, now or before: the difference says nothing of the data. */
  readonly excluded: boolean
}

/** In the order of the manifest; models that are gone since are behind, in the order that they had. */
export function countChanges(
  now: Pick<BackupManifest, 'models' | 'excluded_rows'>,
  before: Pick<BackupManifest, 'models' | 'excluded_rows'> | null,
): CountChange[] {
  const counts = countsOf(now)
  const earlier = countsOf(before)
  const excluded = new Set([...now.excluded_rows, ...(before?.excluded_rows ?? [])])
  return [...new Set([...counts.keys(), ...earlier.keys()])].map((model) => {
    const [is, was] = [counts.get(model) ?? null, earlier.get(model) ?? null]
    const difference = is === null || was === null ? null : is - was
    return { model, now: is, before: was, difference, excluded: excluded.has(model) }
  })
}

function countsOf(manifest: Pick<BackupManifest, 'models'> | null): Map<string, number> {
  return new Map(manifest?.models.map(({ model, records }) => [model, records]))
}
