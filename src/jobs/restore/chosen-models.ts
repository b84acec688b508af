import type { DocumentHeader } from '../../core/document.js'
import { OctavoError } from '../../core/errors.js'
import { foldCase } from '../../core/fold-case.js'

/** Models by name, and what the backup left out on purpose. */
export interface HeldModels<M> {
  readonly models: readonly M[]
  readonly header: Pick<DocumentHeader, 'excluded_rows'> | null
}

/**
 * The models whose rows go into a target that keeps its schema: those named, or all. Models whose
 * rows the backup left out on purpose stay as they are. An unknown name is `model-unknown`.
 */
export function chosenModels<M extends { readonly model: string }>(
  { models, header }: HeldModels<M>,
  only: readonly string[],
): M[] {
  const byName = new Map(models.map((found) => [foldCase(found.model), found]))
  const excluded = new Set(header?.excluded_rows?.map(foldCase))
  const unknown = only.filter((name) => !byName.has(foldCase(name)))
  if (unknown.length > 0)
    throw new OctavoError('model-unknown', `the backup has no model ${unknown.join(', ')}`, {
      hint: '`octavo inspect FILE` lists the models of a backup; names compare without case.',
    })
  const left = only.filter((name) => excluded.has(foldCase(name)))
  if (left.length > 0)
    throw new OctavoError(
      'restore-refused',
      `the backup left out the rows of ${left.join(', ')} on purpose: there is nothing to restore`,
    )
  const wanted = new Set(only.map(foldCase))
  return models.filter(({ model }) => {
    const name = foldCase(model)
    return !excluded.has(name) && (only.length === 0 || wanted.has(name))
  })
}
