import t, { type Test } from 'tap'
import type Database from 'better-sqlite3'
import { OctavoError } from '../../../src/core/errors.js'
import { makeDatabase, readLines, withSnapshot } from '../../support/read-snapshot.js'

type Make = (connection: Database.Database) => void

function linesOf(t: Test, model: string, make: Make | string): Promise<string[]> {
  const from = makeDatabase(t, (connection) => {
    if (typeof make === 'string') connection.exec(make)
    else make(connection)
  })
  return withSnapshot(from, (snapshot) => readLines(snapshot, model))
}

/** The record lines of a table `v(id INTEGER PRIMARY KEY, c …)` that holds one value. */
async function lineOf(t: Test, type: string, value: unknown): Promise<string> {
  const lines = await linesOf(t, 'v', (connection) => {
    connection.exec(`CREATE TABLE v(id INTEGER PRIMARY KEY, c ${type})`)
    connection.prepare('INSERT INTO v VALUES (1, ?)').run(value)
  })
  return lines.join('\n').replace('{"model":"v","pk":1,"fields":{"c":', '').replace(/\}\}$/, '')
}

const tagged = (tag: string, base64: string): string =>
  tag === '$text'
    ? `{"$text":{"base64":"${base64}"}}`
    : `{"$binary":{"base64":"${base64}","subType":"00"}}`

t.test('every kind of value has its one spelling', async (t) => {
  const cases: [string, string, unknown, string][] = [
    ['null', 'TEXT', null, 'null'],
    ['an integer', 'INTEGER', 42n, '42'],
    ['the largest plain integer', 'INTEGER', 9007199254740991n, '9007199254740991'],
    ['the smallest plain integer', 'INTEGER', -9007199254740991n, '-9007199254740991'],
    ['an integer above', 'INTEGER', 9007199254740992n, '{"$numberLong":"9007199254740992"}'],
    ['an integer below', 'INTEGER', -9007199254740992n, '{"$numberLong":"-9007199254740992"}'],
    ['the largest', 'INTEGER', 2n ** 63n - 1n, '{"$numberLong":"9223372036854775807"}'],
    ['the smallest', 'INTEGER', -(2n ** 63n), '{"$numberLong":"-9223372036854775808"}'],
    ['a large integer, untyped', '', 2n ** 60n, '{"$numberLong":"1152921504606846976"}'],
    [
      'a large integer in a numeric column',
      'DECIMAL',
      2n ** 60n,
      '{"$numberLong":"1152921504606846976"}',
    ],
    ['true', 'bool', 1n, 'true'],
    ['false', 'BOOLEAN', 0n, 'false'],
    ['another number in a boolean column', 'Bool', 2n, '2'],
    [
      'a large number in a boolean column',
      'bool',
      2n ** 60n,
      '{"$numberLong":"1152921504606846976"}',
    ],
    ['a text in a boolean column', 'bool', 'yes', '"yes"'],
    ['one in a column that only looks boolean', 'BOOL(1)', 1n, '1'],
    ['a whole real', 'REAL', 1, '1.0'],
    ['a real', 'REAL', 0.1 + 0.2, '0.30000000000000004'],
    ['a large real', 'REAL', 1e300, '1.0e+300'],
    ['a large real, untyped', '', 1e300, '1.0e+300'],
    ['the smallest real', 'REAL', 5e-324, '4.9406564584124654e-324'],
    ['the largest real', 'REAL', Number.MAX_VALUE, '1.7976931348623157e+308'],
    ['a real beyond 2^53, untyped', '', 2 ** 53 + 2, '9007199254740994.0'],
    ['infinity', 'REAL', Infinity, '{"$numberDouble":"Infinity"}'],
    ['negative infinity', '', -Infinity, '{"$numberDouble":"-Infinity"}'],
    ['infinity in an integer column', 'INTEGER', Infinity, '{"$numberDouble":"Infinity"}'],
    ['negative zero, untyped', '', -0, '-0.0'],
    ['negative zero in a BLOB column', 'BLOB', -0, '-0.0'],
    ['zero, untyped', '', 0, '0.0'],
    ['integer zero, untyped', '', 0n, '0'],
    ['text', 'TEXT', 'a', '"a"'],
    ['empty text', 'TEXT', '', '""'],
    ['a number as text, untyped', '', '1', '"1"'],
    ['text with U+0000', 'TEXT', 'a\0b', '"a\\u0000b"'],
    ['controls', 'TEXT', '\b\f\n\r\t\u0001\u001f"\\', '"\\b\\f\\n\\r\\t\\u0001\\u001f\\"\\\\"'],
    [
      'what stands raw',
      'TEXT',
      '\u007f\u2028/é😀\ufffd\ufffe\ufeff',
      '"\u007f\u2028/é😀\ufffd\ufffe\ufeff"',
    ],
    ['text that looks like a tag', 'TEXT', '{"$text":{}}', '"{\\"$text\\":{}}"'],
    ['a BLOB', 'BLOB', Buffer.from('00ff', 'hex'), tagged('$binary', 'AP8=')],
    ['an empty BLOB', 'BLOB', Buffer.alloc(0), tagged('$binary', '')],
    ['an empty BLOB, untyped', '', Buffer.alloc(0), tagged('$binary', '')],
    ['a BLOB that is JSONB', '', Buffer.from('00', 'hex'), tagged('$binary', 'AA==')],
    [
      'a BLOB that is JSONB in a text column',
      'TEXT',
      Buffer.from('0c', 'hex'),
      tagged('$binary', 'DA=='),
    ],
    [
      'a BLOB that is JSONB in a number column',
      'INTEGER',
      Buffer.from('1331', 'hex'),
      tagged('$binary', 'EzE='),
    ],
    ['an empty BLOB in a real column', 'REAL', Buffer.alloc(0), tagged('$binary', '')],
    [
      'text in a date column',
      'datetime',
      '2026-01-05 09:12:44.123456',
      '"2026-01-05 09:12:44.123456"',
    ],
    ['text in a BLOB column', 'BLOB', 'a"b', '"a\\"b"'],
  ]
  for (const [title, type, value, expected] of cases)
    t.equal(await lineOf(t, type, value), expected, title)
})

t.test('text that is not valid UTF-8 keeps its bytes, and only it is tagged', async (t) => {
  const lines = await linesOf(t, 'v', (connection) => {
    connection.exec('CREATE TABLE v(id INTEGER PRIMARY KEY, c TEXT, d)')
    const insert = connection.prepare('INSERT INTO v(c, d) VALUES (CAST(? AS TEXT), ?)')
    insert.run(Buffer.from('fine'), 1n)
    insert.run(Buffer.from('c3', 'hex'), 2n)
    insert.run(Buffer.from('eda080', 'hex'), 2n ** 62n)
    insert.run(Buffer.from('c080', 'hex'), 'é')
    insert.run(Buffer.from('f8', 'hex'), Buffer.from('c3', 'hex'))
  })
  t.strictSame(lines, [
    '{"model":"v","pk":1,"fields":{"c":"fine","d":1}}',
    `{"model":"v","pk":2,"fields":{"c":${tagged('$text', 'ww==')},"d":2}}`,
    `{"model":"v","pk":3,"fields":{"c":${tagged('$text', '7aCA')},"d":{"$numberLong":"4611686018427387904"}}}`,
    `{"model":"v","pk":4,"fields":{"c":${tagged('$text', 'wIA=')},"d":"é"}}`,
    `{"model":"v","pk":5,"fields":{"c":${tagged('$text', '+A==')},"d":${tagged('$binary', 'ww==')}}}`,
  ])
})

t.test('in a UTF-16 database broken surrogates and U+FFFE are found and kept', async (t) => {
  const texts = [
    'abc',
    'a\ufffdb',
    '😀',
    '\ud800',
    '\ud800A',
    '\udc00x',
    '\ufffe',
    '\uffff',
    'a\0',
    '\ufeffb',
  ]
  for (const encoding of ['UTF-16le', 'UTF-16be'] as const) {
    const bytesOf = (text: string): Buffer => {
      const bytes = Buffer.from(text, 'utf16le')
      return encoding === 'UTF-16be' ? bytes.swap16() : bytes
    }
    const lines = await linesOf(t, 'v', (connection) => {
      connection.pragma(`encoding = '${encoding}'`)
      connection.exec('CREATE TABLE v(id INTEGER PRIMARY KEY, c TEXT)')
      const insert = connection.prepare('INSERT INTO v(c) VALUES (CAST(? AS TEXT))')
      for (const text of texts) insert.run(bytesOf(text))
    })
    const broken = (text: string): string => tagged('$text', bytesOf(text).toString('base64'))
    const values = [
      '"abc"',
      '"a\ufffdb"',
      '"😀"',
      ...['\ud800', '\ud800A', '\udc00x', '\ufffe', '\uffff'].map(broken),
      '"a\\u0000"',
      '"\ufeffb"',
    ]
    t.strictSame(
      lines,
      values.map((value, index) => `{"model":"v","pk":${index + 1},"fields":{"c":${value}}}`),
      encoding,
    )
  }
})

t.test('columns of any name are written under it', async (t) => {
  const names = [
    '',
    '__proto__',
    'a"b',
    "it's",
    'x\ny',
    '$type',
    'É',
    'é',
    'rowid',
    'k',
    'r',
    't',
    'select',
  ]
  const lines = await linesOf(t, 'odd "table"', (connection) => {
    const columns = names.map((name) => `"${name.replaceAll('"', '""')}"`)
    connection.exec(`CREATE TABLE "odd ""table"""(${columns.join(',')})`)
    connection
      .prepare(`INSERT INTO "odd ""table""" VALUES (${names.map(() => '?').join(',')})`)
      .run(names.map((_, index) => BigInt(index)))
  })
  t.strictSame(lines, [
    '{"model":"odd \\"table\\"","pk":null,"rowid":1,"fields":{"":0,"__proto__":1,"a\\"b":2,' +
      '"it\'s":3,"x\\ny":4,"$type":5,"É":6,"é":7,"rowid":8,"k":9,"r":10,"t":11,"select":12}}',
  ])
})

t.test('keys are written by the kind of table that they belong to', async (t) => {
  const make = `
    CREATE TABLE alias(id INTEGER PRIMARY KEY);
    CREATE TABLE quirk(id INTEGER PRIMARY KEY DESC, a);
    CREATE TABLE word(w varchar(9) PRIMARY KEY, a);
    CREATE TABLE pair(a, x, b BOOL, PRIMARY KEY(b, a));
    CREATE TABLE keyless(a);
    CREATE TABLE flat(a, b INTEGER, PRIMARY KEY(b)) WITHOUT ROWID;
    CREATE TABLE taken(rowid, _rowid_, oid);
    CREATE TABLE named(rowid INTEGER PRIMARY KEY, _rowid_, oid);
    CREATE TABLE made(a, b AS (a + 1) STORED, c AS (a + 2));
    INSERT INTO alias VALUES (-7);
    INSERT INTO quirk(rowid, id, a) VALUES (4, 9, 1);
    INSERT INTO word(rowid, w, a) VALUES (8, 'key', 1), (9, NULL, 2);
    INSERT INTO pair VALUES (NULL, 2, 1), (x'00', 3, NULL);
    INSERT INTO keyless(rowid, a) VALUES (-9223372036854775808, 1), (9223372036854775807, 2);
    INSERT INTO flat VALUES (1, 9), (2, 8);
    INSERT INTO taken VALUES (3, 2, 1), (1, 2, 3);
    INSERT INTO named VALUES (3, 2, 1);
    INSERT INTO made VALUES (5);`
  const expected: Record<string, string[]> = {
    alias: ['"pk":-7,"fields":{}'],
    quirk: ['"pk":9,"rowid":4,"fields":{"a":1}'],
    word: ['"pk":"key","rowid":8,"fields":{"a":1}', '"pk":null,"rowid":9,"fields":{"a":2}'],
    pair: [
      '"pk":[true,null],"rowid":1,"fields":{"x":2}',
      `"pk":[null,${tagged('$binary', 'AA==')}],"rowid":2,"fields":{"x":3}`,
    ],
    keyless: [
      '"pk":null,"rowid":{"$numberLong":"-9223372036854775808"},"fields":{"a":1}',
      '"pk":null,"rowid":{"$numberLong":"9223372036854775807"},"fields":{"a":2}',
    ],
    flat: ['"pk":8,"fields":{"a":2}', '"pk":9,"fields":{"a":1}'],
    taken: [
      '"pk":null,"fields":{"rowid":3,"_rowid_":2,"oid":1}',
      '"pk":null,"fields":{"rowid":1,"_rowid_":2,"oid":3}',
    ],
    named: ['"pk":3,"fields":{"_rowid_":2,"oid":1}'],
    made: ['"pk":null,"rowid":1,"fields":{"a":5}'],
  }
  const from = makeDatabase(t, (connection) => connection.exec(make))
  await withSnapshot(from, async (snapshot) => {
    for (const [model, lines] of Object.entries(expected))
      t.strictSame(
        await readLines(snapshot, model),
        lines.map((line) => `{"model":"${model}",${line}}`),
        model,
      )
  })
})

t.test('a collation that is not here does not keep values from being read', async (t) => {
  const from = makeDatabase(t, (connection) => {
    const columns = ['a', 'b BOOL', 'c TEXT', 'd REAL', 'e BLOB', 'f INTEGER']
    const declared = (collation: string): string =>
      columns.map((column) => `${column} COLLATE ${collation}`).join(', ')
    const sql = (collation: string): string => `CREATE TABLE v(${declared(collation)})`
    connection.exec(sql('nocase'))
    connection.exec(
      "INSERT INTO v VALUES ('x', 1, 'y', 1.5, x'00', 7), (-0.0, 0, x'00', 9e999, 1, 1 << 60)",
    )
    connection.pragma('writable_schema = on')
    connection.prepare('UPDATE sqlite_schema SET sql = ?').run(sql('german'))
  })
  await withSnapshot(from, async (snapshot) => {
    t.strictSame(await readLines(snapshot, 'v'), [
      `{"model":"v","pk":null,"rowid":1,"fields":{"a":"x","b":true,"c":"y","d":1.5,"e":${tagged('$binary', 'AA==')},"f":7}}`,
      `{"model":"v","pk":null,"rowid":2,"fields":{"a":-0.0,"b":false,"c":${tagged('$binary', 'AA==')},` +
        '"d":{"$numberDouble":"Infinity"},"e":1,"f":{"$numberLong":"1152921504606846976"}}}',
    ])
  })
})

t.test('tables without rowids keep their own order, whatever their keys', async (t) => {
  const from = makeDatabase(t, (connection) => {
    connection.exec(`
      CREATE TABLE w(a TEXT COLLATE NOCASE, b, c, PRIMARY KEY(a DESC, b)) WITHOUT ROWID;
      CREATE INDEX covering ON w(c, b, a);`)
    const insert = connection.prepare('INSERT INTO w VALUES (CAST(? AS TEXT), ?, ?)')
    const classes = [1n, 1.5, 'text', Buffer.from('01', 'hex'), 2n ** 62n, -0]
    for (let n = 0; n < 3000; n += 1)
      insert.run(n % 9 === 0 ? Buffer.from([0xff, n % 7]) : `Key${n % 11}`, n, classes[n % 6])
  })
  await withSnapshot(from, async (snapshot) => {
    const lines = await readLines(snapshot, 'w')
    t.equal(new Set(lines).size, 3000, 'each row once')
    const text = (line: string): string => {
      const [pk] = JSON.parse(line).pk
      const bytes: Buffer =
        typeof pk === 'string' ? Buffer.from(pk) : Buffer.from(pk.$text.base64, 'base64')
      return bytes.toString('latin1').toLowerCase()
    }
    const order = lines.map((line) => [text(line), JSON.parse(line).pk[1]] as const)
    const sorted = [...order].sort(([a, m], [b, n]) => (a === b ? m - n : a < b ? 1 : -1))
    t.strictSame(order, sorted)
  })
})

t.test('odd rows far behind plain ones are read with the same care', async (t) => {
  for (const tail of ['', ' WITHOUT ROWID']) {
    const from = makeDatabase(t, (connection) => {
      connection.exec(`CREATE TABLE v(id INT PRIMARY KEY, c, d)${tail}`)
      const insert = connection.prepare('INSERT INTO v VALUES (?, CAST(? AS TEXT), ?)')
      connection.exec('BEGIN')
      for (let n = 0n; n < 30_000n; n += 1n)
        insert.run(
          n,
          n === 29_000n ? Buffer.from('ff', 'hex') : 'plain text',
          n === 15_000n ? -0 : n,
        )
      connection.exec('COMMIT')
    })
    await withSnapshot(from, async (snapshot) => {
      const lines = await readLines(snapshot, 'v')
      t.strictSame(
        lines.map((line) => JSON.parse(line).pk),
        [...Array(30_000).keys()],
      )
      t.match(lines[15_000], '"fields":{"c":"plain text","d":-0.0}}')
      t.match(lines[29_000], `"fields":{"c":${tagged('$text', '/w==')},"d":29000}}`)
    })
  }
})

t.test('rows whose sizes jump come in chunks of bounded size, in order', async (t) => {
  const from = makeDatabase(t, (connection) => {
    connection.exec('CREATE TABLE v(id INTEGER PRIMARY KEY, c TEXT, b BLOB)')
    const insert = connection.prepare('INSERT INTO v VALUES (?, ?, zeroblob(?))')
    connection.exec('BEGIN')
    for (let n = 0n; n < 6000n; n += 1n)
      insert.run(n, 'x'.repeat(20), n >= 3000n && n < 3040n ? 1_000_000n : 2n)
    connection.exec('COMMIT')
  })
  await withSnapshot(from, async (snapshot) => {
    let largest = 0
    let rows = 0
    for await (const chunk of snapshot.records('v')) {
      largest = Math.max(largest, chunk.bytes.length)
      t.equal(JSON.parse(`[${chunk.bytes.toString()}]`)[0].pk, rows)
      rows += chunk.records
    }
    t.equal(rows, 6000)
    t.ok(largest < 12_000_000, `the largest chunk has ${largest} bytes`)
  })
})

t.test('tables of up to 2,000 columns are written whole', async (t) => {
  for (const count of [400, 401, 500, 501, 1000, 2000]) {
    const columns = [...Array(count).keys()].map((n) => `c${n}`)
    const lines = await linesOf(t, 'wide', (connection) => {
      connection.exec(`CREATE TABLE wide(${columns.join(',')})`)
      const values = columns.map((_, n) => (n === count - 1 ? "x'00'" : n))
      connection.exec(`INSERT INTO wide VALUES (${values.join(',')})`)
    })
    const fields = columns.map((name, n) =>
      n === count - 1 ? `"${name}":${tagged('$binary', 'AA==')}` : `"${name}":${n}`,
    )
    t.strictSame(lines, [`{"model":"wide","pk":null,"rowid":1,"fields":{${fields.join(',')}}}`])
  }
})

t.test('a key of many columns is written in its own order', async (t) => {
  const columns = [...Array(600).keys()].map((n) => `c${n}`)
  const key = [...columns].reverse()
  const lines = await linesOf(t, 'deep', (connection) => {
    connection.exec(`CREATE TABLE deep(${columns.join(',')}, PRIMARY KEY(${key.join(',')}))`)
    connection.exec(`INSERT INTO deep VALUES (${columns.map((_, n) => n).join(',')})`)
  })
  const parts = columns.map((_, n) => 599 - n).join(',')
  t.strictSame(lines, [`{"model":"deep","pk":[${parts}],"rowid":1,"fields":{}}`])
})

t.test('reals written by the million come back as the same double', async (t) => {
  const view = new DataView(new ArrayBuffer(8))
  let state = 12345n
  const reals = [...Array(20_000)].map(() => {
    state = (state * 6364136223846793005n + 1442695040888963407n) % 2n ** 64n
    view.setBigUint64(0, state)
    const value = view.getFloat64(0)
    return Number.isFinite(value) && value !== 0 ? value : 0.5
  })
  const lines = await linesOf(t, 'v', (connection) => {
    connection.exec('CREATE TABLE v(id INTEGER PRIMARY KEY, r REAL)')
    const insert = connection.prepare('INSERT INTO v(r) VALUES (?)')
    connection.transaction(() => reals.forEach((value) => insert.run(value)))()
  })
  t.strictSame(
    lines.map((line) => JSON.parse(line).fields.r),
    reals,
  )
  const spelled = lines.map((line) => /"r":(.*)\}\}$/.exec(line)?.[1] ?? '')
  t.ok(
    spelled.every((text) => /[.e]/.test(text)),
    'each with a point or an exponent',
  )
})

t.test('a record line above 256 MB is refused by model and key', async (t) => {
  const from = makeDatabase(t, (connection) => {
    connection.exec('CREATE TABLE v(w TEXT PRIMARY KEY, b BLOB)')
    connection.exec("INSERT INTO v VALUES ('small', x'00'), ('big one', zeroblob(260000000))")
    connection.exec('CREATE TABLE u(w TEXT PRIMARY KEY, b) WITHOUT ROWID')
    connection.exec("INSERT INTO u VALUES ('big one', zeroblob(300000000))")
  })
  await withSnapshot(from, async (snapshot) => {
    const expected = {
      code: 'value-too-large',
      message: 'a record of the model "v" with the key "big one" is larger than 256 MB',
    }
    await t.rejects(readLines(snapshot, 'v'), expected)
    await t.rejects(readLines(snapshot, 'u'), { code: 'value-too-large', message: /the model "u"/ })
  })
})

t.test('a snapshot names a model that it does not have', async (t) => {
  const from = makeDatabase(t, (connection) => connection.exec('CREATE TABLE v(a)'))
  await withSnapshot(from, async (snapshot) => {
    await t.rejects(readLines(snapshot, 'w'), { code: 'model-unknown' })
    t.throws(() => snapshot.violations('w'), OctavoError)
  })
})
