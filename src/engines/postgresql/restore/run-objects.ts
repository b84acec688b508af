import { randomBytes } from 'node:crypto'
import { OctavoError } from '../../../core/errors.js'
import type { ServerObject } from '../../../core/schema.js'
import type { Session } from '../connection/session.js'

/**
 * Runs the SQL of schema objects in their order. Each runs inside of a DO: what would end our
 * transaction is refused by the server there, so that no text of a document can make it last.
 * Resolves with what could not be done and does no harm.
 */
export async function runObjects(
  session: Session,
  objects: readonly ServerObject[],
): Promise<string[]> {
  const warnings: string[] = []
  for (const object of objects) {
    const { kind, name } = object
    const what = `could not make the ${kind.toLowerCase()} "${name}"`
    const run = (): Promise<void> => session.run(inside(object.sql), what)
    if (object.sql === '') continue
    if (isOfExtension(object)) warnings.push(...(await tryTo(session, run, name)))
    else await run()
  }
  return warnings
}

function inside(sql: string): string {
  const tag = `octavo_${randomBytes(9).toString('hex')}`
  return `DO LANGUAGE plpgsql $${tag}$ BEGIN EXECUTE $inner_${tag}$${sql}$inner_${tag}$; END $${tag}$`
}

/** An extension that was there before belongs to whoever made it, and so does what is said of it. */
function isOfExtension({ kind, name }: ServerObject): boolean {
  return kind === 'COMMENT' && name.startsWith('EXTENSION ')
}

async function tryTo(session: Session, run: () => Promise<void>, name: string): Promise<string[]> {
  await session.run('SAVEPOINT octavo_comment')
  try {
    await run()
    return []
  } catch (error) {
    if (!(error instanceof OctavoError) || error.code !== 'database-refused') throw error
    await session.run('ROLLBACK TO SAVEPOINT octavo_comment')
    return [`the comment on ${name} was left as it is: it belongs to another user`]
  }
}
