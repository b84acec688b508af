import { copyFileSync, renameSync } from 'node:fs'
import Database from 'better-sqlite3'
import { addHistory, addSequences, addStatistics } from './bookkeeping.js'
import { Dice } from './dice.js'
import { addHugeValues, addLongTable, addRowidNames, addWideTable } from './extremes.js'
import { addExternalContent, addFullText4, addFullText5 } from './full-text.js'
import { NameGiver } from './names.js'
import { attempt, type Odd } from './odd.js'
import { addPlainTable } from './plain-table.js'
import {
  plantBrokenComment,
  plantBrokenPromise,
  plantDoubleQuotedStrings,
  plantStrangers,
  plantUncarriable,
  plantUnknownModule,
} from './planted.js'
import { addTriggers, addViews } from './programs.js'
import { addReferences } from './references.js'
import { addSpatial } from './spatial.js'
import type { Encoding } from './values.js'

/** How often each oddity appears in a database. */
const oddities: readonly (readonly [add: (odd: Odd) => void, chance: number])[] = [
  [addReferences, 0.2],
  [addFullText5, 0.15],
  [addFullText4, 0.12],
  [addExternalContent, 0.1],
  [addSpatial, 0.12],
  [addHistory, 0.15],
  [addSequences, 0.15],
  [addWideTable, 0.05],
  [addHugeValues, 0.04],
  [addLongTable, 0.1],
  [addRowidNames, 0.08],
  [plantDoubleQuotedStrings, 0.08],
  [plantUnknownModule, 0.04],
  [plantStrangers, 0.05],
  [plantBrokenComment, 0.03],
  [plantBrokenPromise, 0.02],
  [plantUncarriable, 0.03],
  [addTriggers, 0.3],
  [addViews, 0.3],
  [addStatistics, 0.15],
]

/**
 * Makes a database that holds what real ones hold and nobody expects. The same seed gives the same
 * database; the description says what is in it.
 */
export function makeOddDatabase(path: string, seed: number): { readonly description: string } {
  const dice = new Dice(seed)
  const database = new Database(path)
  database.unsafeMode(true)
  const encoding = dice.pick<Encoding>(['UTF-8', 'UTF-8', 'UTF-8', 'UTF-16le', 'UTF-16be'])
  const names = new NameGiver(dice, 0.3)
  const odd: Odd = { database, dice, encoding, names, tables: [], story: [encoding] }
  try {
    setUp(odd)
    database.exec('CREATE TABLE "always there" (x)')
    for (let left = 1 + dice.below(5); left > 0; left -= 1) addPlainTable(odd)
    for (const [add, chance] of oddities) if (dice.chance(chance)) add(odd)
    if (dice.chance(0.2)) addPlainTable(odd)
    finish(odd)
    if (dice.chance(0.15)) closeWithLeftWal(odd, path)
  } finally {
    database.close()
  }
  return { description: `seed ${seed}: ${odd.story.join('; ')}` }
}

function setUp({ database, dice, encoding, story }: Odd): void {
  const pageSize = dice.pick([512, 1024, 4096, 4096, 4096, 8192, 65536])
  const autoVacuum = dice.pick([0, 0, 1, 2])
  for (const pragma of [
    `encoding = '${encoding}'`,
    `page_size = ${pageSize}`,
    `auto_vacuum = ${autoVacuum}`,
    'synchronous = OFF',
    'journal_mode = MEMORY',
    'foreign_keys = OFF',
    'trusted_schema = ON',
  ])
    database.pragma(pragma)
  story.push(`page size ${pageSize}, auto_vacuum ${autoVacuum}`)
}

function finish(odd: Odd): void {
  const { database, dice, story } = odd
  if (dice.chance(0.4)) database.pragma(`user_version = ${dice.pick([1, -1, 2147483647, 42])}`)
  if (dice.chance(0.4))
    database.pragma(`application_id = ${dice.pick([1, -2147483648, 252006673])}`)
  if (dice.chance(0.15)) attempt(odd, 'VACUUM')
  if (dice.chance(0.35)) {
    database.pragma('journal_mode = WAL')
    story.push('WAL')
  }
}

/** Leaves the last rows in a -wal file, as an app does that was ended by force. */
function closeWithLeftWal({ database, story }: Odd, path: string): void {
  const files = [path, `${path}-wal`]
  database.pragma('journal_mode = WAL')
  database.pragma('wal_autocheckpoint = 0')
  database.exec(`INSERT INTO "always there" VALUES ('only in the WAL'), (2.5)`)
  for (const file of files) copyFileSync(file, `${file}.kept`)
  database.close()
  for (const file of files) renameSync(`${file}.kept`, file)
  story.push('rows left in the WAL')
}
