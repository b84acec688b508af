import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { ErrorEntry } from '../../src/core/error-entry.js'
import { errorTable } from '../../src/core/error-table.js'
import { projectRoot } from './source-files.js'

const page = readFileSync(join(projectRoot, 'docs/http-api.md'), 'utf8')
const statuses = new Map(
  Object.entries<ErrorEntry>(errorTable).map(([code, { status }]) => [code, status]),
)

t.test('each code that docs/http-api.md lists stands beside its status', (t) => {
  const section = /^## Errors$([^]*?)^## /m.exec(page)?.[1] ?? ''
  const rows = [...section.matchAll(/^\| ([\d, ]+) \| (.+) \|$/gm)]
  t.ok(rows.length > 5)
  for (const [, shown = '', codes = ''] of rows) {
    const found = [...codes.matchAll(/`([a-z-]+)`/g)].map(([, code = '']) => code)
    t.ok(found.length > 0, shown)
    const own = found.map((code) => String(statuses.get(code)))
    t.strictSame([...new Set(own)], shown.split(', '), found.join(', '))
  }
  t.end()
})
