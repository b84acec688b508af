import { isDeepStrictEqual } from 'node:util'
import { OctavoError } from '../../../core/errors.js'
import type { Session } from '../connection/session.js'
import { looseWarning } from '../restore/run-objects.js'
import { plainName, quoteName, quoteQualified, quoteText } from '../sql/quote.js'
import { type ForeignKey, readForeignKeys } from './read-foreign-keys.js'

/**
 * Removes foreign keys within the transaction. With them go their actions: a row that is removed only
 * to come again must not take others along (ON DELETE CASCADE), whatever DEFERRABLE says.
 */
export async function setAsideKeys(session: Session, keys: readonly ForeignKey[]): Promise<void> {
  for (const key of keys)
    await session.run(
      `ALTER TABLE ${tableOf(key)} DROP CONSTRAINT ${quoteName(key.name)}`,
      `the foreign key ${shown(key)} could not be set aside`,
    )
}

/**
 * Makes the keys again as they were, by which the server checks every row. One that rows break which
 * may break it is made NOT VALID: it can't promise what does not hold. Resolves with what to tell.
 */
export async function bringKeysBack(
  session: Session,
  keys: readonly ForeignKey[],
  broken: ReadonlySet<ForeignKey>,
): Promise<string[]> {
  for (const key of keys) await make(session, key, broken.has(key) && key.validated)
  const loosened = keys.filter((key) => broken.has(key) && key.validated)
  const oids = new Set(keys.flatMap(({ child, parent }) => [child.oid, parent.oid]))
  const known = new Set(keys.map(identityOf))
  const made = (await readForeignKeys(session, [...oids])).filter((key) =>
    known.has(identityOf(key)),
  )
  const unlike = keys.find((key, index) => {
    return !loosened.includes(key) && !isDeepStrictEqual(made[index], key)
  })
  if (unlike || made.length !== keys.length)
    throw new OctavoError(
      'restore-refused',
      `the foreign keys of the target would not come back as they are${unlike ? `: ${shown(unlike)}` : ''}`,
    )
  return loosened.map((key) => looseWarning(shown(key)))
}

async function make(session: Session, key: ForeignKey, loosely: boolean): Promise<void> {
  const { name, definition, comment } = key
  const what = `the foreign key ${shown(key)} could not be made again`
  await session.run(
    `ALTER TABLE ${tableOf(key)} ADD CONSTRAINT ${quoteName(name)} ${definition}` +
      (loosely ? ' NOT VALID' : ''),
    what,
  )
  if (comment === null) return
  const on = `CONSTRAINT ${quoteName(name)} ON ${tableOf(key)}`
  await session.run(`COMMENT ON ${on} IS ${quoteText(comment)}`, what)
}

function identityOf({ name, child }: ForeignKey): string {
  return JSON.stringify([child.oid, name])
}

function tableOf({ child }: ForeignKey): string {
  return quoteQualified(child.schema, child.table)
}

function shown({ name, child }: ForeignKey): string {
  return `"${name}" of "${plainName(child.schema, child.table)}"`
}
