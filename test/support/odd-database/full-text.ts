import { quoted } from './names.js'
import { attempt, insert, type Odd } from './odd.js'

const words = [
  'magnet',
  'Kühlung',
  'ångström',
  '低温',
  'helium',
  'quench',
  'the',
  "o'neill",
  '😀',
] as const

function sentence({ dice }: Odd): string {
  return Array.from({ length: 1 + dice.below(9) }, () => dice.pick(words)).join(' ')
}

function addOwnContent(odd: Odd, declared: string, columns: readonly string[]): string | null {
  const { dice, names } = odd
  const name = names.next('search')
  if (!attempt(odd, `CREATE VIRTUAL TABLE ${quoted(name)} USING ${declared}`)) return null
  for (let row = dice.below(30); row >= 0; row -= 1)
    insert(
      odd,
      name,
      ['rowid', ...columns],
      [BigInt(row * 7 - 40), ...columns.map(() => sentence(odd))],
    )
  if (dice.chance(0.3))
    attempt(odd, `INSERT INTO ${quoted(name)}(${quoted(name)}) VALUES ('optimize')`)
  if (dice.chance(0.4)) attempt(odd, `DELETE FROM ${quoted(name)} WHERE rowid % 3 = 0`)
  odd.story.push(`full text: ${declared}`)
  return name
}

export function addFullText5(odd: Odd): void {
  const { dice } = odd
  const declared = dice.pick([
    'fts5(title, body)',
    `fts5("a ""b", "order", tokenize = 'porter unicode61 remove_diacritics 2')`,
    'fts5(title, body UNINDEXED, prefix = "2 3", columnsize = 0)',
    "fts5(body, tokenize='trigram', detail=none)",
    "fts5(title, body, content='')",
    "fts5(title, body, content='', contentless_delete=1)",
    "fts5(title, body, content='', contentless_delete=1, contentless_unindexed=1, detail=column)",
  ])
  const columns = declared.includes('"a ""b"')
    ? ['a "b', 'order']
    : ['title', 'body'].filter((column) => declared.includes(column))
  const name = addOwnContent(odd, declared, columns)
  if (name && dice.chance(0.3)) {
    const vocabulary = quoted(odd.names.next('vocabulary'))
    attempt(odd, `CREATE VIRTUAL TABLE ${vocabulary} USING fts5vocab(${quoted(name)}, 'row')`)
  }
}

export function addFullText4(odd: Odd): void {
  const { dice } = odd
  const declared = dice.pick([
    'fts4(title, body)',
    'fts3(title, body)',
    'fts3',
    'fts4(content="", title, body)',
    'fts4(title, body, notindexed=title, order=desc, prefix="2,4", matchinfo=fts3)',
    'fts4(title, body, languageid="lang", tokenize=unicode61)',
  ])
  const columns = declared === 'fts3' ? ['content'] : ['title', 'body']
  if (!declared.includes('content=""')) {
    const name = addOwnContent(odd, declared, columns)
    if (name && dice.chance(0.3)) {
      const terms = quoted(odd.names.next('terms'))
      attempt(odd, `CREATE VIRTUAL TABLE ${terms} USING fts4aux(${quoted(name)})`)
    }
    return
  }
  const name = quoted(odd.names.next('bare'))
  attempt(odd, `CREATE VIRTUAL TABLE ${name} USING ${declared}`)
  attempt(
    odd,
    `INSERT INTO ${name}(docid, title, body) VALUES (5, 'cold magnet', 'warm'), (-2, 'x', 'y z')`,
  )
  odd.story.push(`full text: ${declared}`)
}

/** An index over another table's rows, kept by triggers, some entries stale on purpose. */
export function addExternalContent(odd: Odd): void {
  const { dice, names } = odd
  const content = names.next('notes')
  const search = names.next('notes_search')
  const [from, to] = [quoted(content), quoted(search)]
  const five = dice.chance(0.6)
  attempt(odd, `CREATE TABLE ${from} (id INTEGER PRIMARY KEY, body TEXT)`)
  const source = content.replaceAll("'", "''")
  const declared = five
    ? `fts5(body, content='${source}', content_rowid='id')`
    : `fts4(body, content='${source}')`
  // A name can be unfit for its shadow tables: `sqlite` would need `sqlite_data`.
  if (!attempt(odd, `CREATE VIRTUAL TABLE ${to} USING ${declared}`)) return
  const key = five ? 'rowid' : 'docid'
  attempt(
    odd,
    `CREATE TRIGGER ${quoted(names.next('notes_in'))} AFTER INSERT ON ${from}
     BEGIN INSERT INTO ${to}(${key}, body) VALUES (new.id, new.body); END`,
  )
  for (let row = 0; row < 15; row += 1)
    insert(odd, content, ['id', 'body'], [BigInt(row * 2 - 5), sentence(odd)])
  if (dice.chance(0.4)) attempt(odd, `DELETE FROM ${from} WHERE id > 12`)
  odd.story.push(`full text: ${declared}`)
}
