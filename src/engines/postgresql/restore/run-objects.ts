import { randomBytes } from 'node:crypto'
import { OctavoError } from '../../../core/errors.js'
import type { ServerObject } from '../../../core/schema.js'
import { codeOf } from '../connection/server-error.js'
import type { Session } from '../connection/session.js'

export interface RanObjects {
  /** What could not be done and does no harm. */
  readonly warnings: readonly string[]
  /** Foreign keys that rows break: they are NOT VALID now. */
  readonly loosened: readonly ServerObject[]
}

/**
 * Runs the SQL of schema objects in their order. Each runs inside of a DO: what would end our
 * transaction is refused by the server there, so that no text of a document can make it last.
 */
export async function runObjects(
  session: Session,
  objects: readonly ServerObject[],
): Promise<RanObjects> {
  const warnings: string[] = []
  const loosened: ServerObject[] = []
  for (const object of objects) {
    const { kind, name } = object
    const what = `could not make the ${kind.toLowerCase()} "${name}"`
    const run = (): Promise<void> => session.run(inside(object.sql), what)
    if (object.sql === '') continue
    if (isOfExtension(object)) {
      if (!(await tryTo(session, run, isRefused)))
        warnings.push(`the comment on ${name} was left as it is: it belongs to another user`)
    } else if (kind !== 'FK CONSTRAINT') await run()
    else if (!(await tryTo(session, run, isBroken))) {
      await session.run(inside(looseSql(object)), what)
      loosened.push(object)
      warnings.push(looseWarning(`"${name}"`))
    }
  }
  return { warnings, loosened }
}

/** The same foreign key for rows that break it: new ones are checked, and a dump says what it is. */
export function looseSql({ sql }: ServerObject): string {
  return sql.replace(/;\s*$/, ' NOT VALID;')
}

export function looseWarning(shown: string): string {
  return (
    `the foreign key ${shown} is NOT VALID now, since rows break it that broke it before: ` +
    'new rows are checked all the same'
  )
}

function inside(sql: string): string {
  const tag = `octavo_${randomBytes(9).toString('hex')}`
  return `DO LANGUAGE plpgsql $${tag}$ BEGIN EXECUTE $inner_${tag}$${sql}$inner_${tag}$; END $${tag}$`
}

/** An extension that was there before belongs to whoever made it, and so does what is said of it. */
function isOfExtension({ kind, name }: ServerObject): boolean {
  return kind === 'COMMENT' && name.startsWith('EXTENSION ')
}

function isRefused(error: OctavoError): boolean {
  return error.code === 'database-refused'
}

function isBroken({ cause }: OctavoError): boolean {
  return codeOf(cause) === '23503'
}

/** False where it ended with an error that may be, after which all is as it was before. */
async function tryTo(
  session: Session,
  run: () => Promise<void>,
  mayBe: (error: OctavoError) => boolean,
): Promise<boolean> {
  await session.run('SAVEPOINT octavo_object')
  try {
    await run()
  } catch (error) {
    if (!(error instanceof OctavoError) || !mayBe(error)) throw error
    await session.run('ROLLBACK TO SAVEPOINT octavo_object')
    return false
  }
  await session.run('RELEASE SAVEPOINT octavo_object')
  return true
}
