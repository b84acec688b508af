import { quoted } from './names.js'
import { attempt, type Odd } from './odd.js'

/** Triggers that would change or refuse the rows if a restore fired them. */
export function addTriggers(odd: Odd): void {
  const { dice, names, tables, story } = odd
  const table = dice.any(tables.filter(({ columns }) => columns.length > 1))
  if (!table) return
  const on = quoted(table.name)
  const column = quoted(table.columns.find(({ generated }) => !generated)?.name ?? '')
  const log = names.next('log')
  attempt(odd, `CREATE TABLE ${quoted(log)} (at DEFAULT CURRENT_TIMESTAMP, what)`)
  const bodies = [
    `AFTER INSERT ON ${on} BEGIN INSERT INTO ${quoted(log)}(what) VALUES (new.${column}); END`,
    `BEFORE INSERT ON ${on} WHEN 1 BEGIN SELECT RAISE(ABORT, 'closed'); END`,
    `AFTER INSERT ON ${on} BEGIN DELETE FROM ${on}; END`,
    `AFTER UPDATE OF ${column} ON ${on} BEGIN UPDATE ${on} SET ${column} = ${column} || 'x'; END`,
    `BEFORE DELETE ON ${on} BEGIN SELECT RAISE(IGNORE); END`,
    `AFTER INSERT ON ${on} BEGIN INSERT INTO "no such table" VALUES (1); END`,
    `AFTER INSERT ON ${quoted(log)} BEGIN SELECT ';', "no such column" FROM nowhere; END`,
    `AFTER INSERT ON ${on} /* comment */ BEGIN SELECT no_such_function(1); END -- end`,
  ]
  for (const body of dice.some(bodies, 1, 4))
    attempt(odd, `CREATE TRIGGER ${quoted(names.next('trigger'))} ${body}`)
  story.push('triggers')
}

/** Views, among them broken ones and some with triggers of their own. */
export function addViews(odd: Odd): void {
  const { dice, names, tables, story } = odd
  const table = dice.any(tables)
  if (!table) return
  const on = quoted(table.name)
  const column = quoted(dice.any(table.columns)?.name ?? '')
  const bodies = [
    `AS SELECT * FROM ${on}`,
    `("a b", "__proto__") AS SELECT ${column}, count(*) FROM ${on} GROUP BY 1`,
    'AS SELECT * FROM "a table that is gone"',
    'AS SELECT nothing_like_it(1), "no such column"',
    'AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT * FROM n',
    `AS SELECT 'it''s; "odd"' AS "x;y" -- comment`,
  ]
  for (const body of dice.some(bodies, 1, 3)) {
    const view = quoted(names.next('view'))
    attempt(odd, `CREATE VIEW ${view} ${body}`)
    if (dice.chance(0.4)) {
      const trigger = quoted(names.next('instead'))
      attempt(odd, `CREATE TRIGGER ${trigger} INSTEAD OF INSERT ON ${view} BEGIN SELECT 1; END`)
    }
  }
  story.push('views')
}
