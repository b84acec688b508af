import t from 'tap'
import { namesPath } from '../../src/main/actions/names-path.js'

t.test('a text names a path where the path ends there', (t) => {
  for (const text of [
    'in /b/a.json',
    '/b/a.json: cut',
    '"/b/a.json"',
    '/b/a.json, /b/c',
    '(/b/a.json)',
  ])
    t.ok(namesPath(text, '/b/a.json'), text)
  t.ok(namesPath('/b/a.json.gz and /b/a.json', '/b/a.json'), 'behind a longer one')
  t.end()
})

t.test('a text that names a longer path does not name its beginning', (t) => {
  for (const text of ['/b/a.json.gz: cut', '/b/a.json-wal is there', '/b/a.json/c', 'a record'])
    t.notOk(namesPath(text, '/b/a.json'), text)
  t.end()
})
