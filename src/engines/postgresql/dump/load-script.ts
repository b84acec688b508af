import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { OctavoError } from '../../../core/errors.js'
import { codeOf } from '../connection/server-error.js'
import type { Session } from '../connection/session.js'
import { firstWords, judgeStatement } from './judge-statement.js'
import { readScript } from './read-script.js'

/** A name or a setting that the server does not know, or a right that only its owner has. */
const passable = /^(42P01|42704|42883|42703|3F000|42501)$/

/**
 * Runs a plain dump in an empty database of its own, one statement after another. psql, whose commands
 * may run programs, has no part in it. What was made stays where it fails: the database is dropped.
 */
export async function loadScript(session: Session, bytes: AsyncIterable<Buffer>): Promise<void> {
  for await (const part of readScript(bytes)) {
    const what = `the dump could not be restored at "${firstWords(part.sql)}"`
    if (part.kind === 'rows') await copyRows(session, part, what)
    else {
      const judgement = judgeStatement(part.sql)
      if (judgement === 'run') await session.run(part.sql, what)
      if (judgement === 'try') await tryStatement(session, part.sql, what)
    }
  }
}

async function tryStatement(session: Session, sql: string, what: string): Promise<void> {
  try {
    await session.run(sql, what)
  } catch (error) {
    const cause = error instanceof OctavoError ? error.cause : undefined
    if (!passable.test(codeOf(cause))) throw error
  }
}

async function copyRows(
  session: Session,
  { sql, rows }: { readonly sql: string; readonly rows: AsyncIterable<Buffer> },
  what: string,
): Promise<void> {
  try {
    await pipeline(Readable.from(rows, { objectMode: false }), session.copyIn(sql))
  } catch (error) {
    throw session.failure(error, what)
  }
}
