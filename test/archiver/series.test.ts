import t from 'tap'
import { seriesNamer, sourceOf } from '../../src/archiver/series.js'

const of = (source: string | null, name = 'queue', label = 'prod') => {
  return { source, database: { name, label, engine: 'sqlite' } }
}

t.test('a source is host and path, and this machine is none', (t) => {
  for (const [address, source] of [
    ['https://lab.example.com/api/backup/database?verify=true', 'lab.example.com'],
    ['https://lab.example.com/schedule/api/backup/database/', 'lab.example.com/schedule'],
    ['http://web:8000/api/backup/database', 'web:8000'],
    ['https://lab.example.com/own/export', 'lab.example.com/own/export'],
    ['http://localhost:8000/api/backup/database', null],
    ['http://127.0.0.1:8000/api/backup/database', null],
    ['http://[::1]:8000/api/backup/database', null],
  ] as const)
    t.equal(sourceOf(new URL(address)), source, address)
  t.end()
})

t.test('what does not say its source is of the series that it can only be of', (t) => {
  const [lab, shop, unknown] = [of('lab.example.com'), of('shop.example.com'), of(null)]
  t.equal(seriesNamer([lab, unknown])(unknown), 'queue (prod) of lab.example.com')
  const either = 'queue (prod) of an unknown service'
  t.equal(seriesNamer([lab, unknown, shop])(unknown), either, 'neither may push it out')
  t.equal(seriesNamer([unknown])(unknown), 'queue (prod)')
  const other = of('lab.example.com', 'blog', '')
  t.equal(seriesNamer([other, unknown])(unknown), 'queue (prod)', 'another database')
  t.equal(seriesNamer([other, unknown])(other), 'blog of lab.example.com')
  t.end()
})
