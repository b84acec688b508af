// Writes a small row every few milliseconds until its input ends, then prints how long each took.
import Database from 'better-sqlite3'

const database = new Database(process.argv[2], { timeout: 120_000 })
database.pragma('synchronous = NORMAL')
database.exec('CREATE TABLE IF NOT EXISTS bench_heartbeat (id INTEGER PRIMARY KEY, at REAL)')
const insert = database.prepare('INSERT INTO bench_heartbeat(at) VALUES (?)')
const waits = []
const beat = setInterval(() => {
  const start = performance.now()
  insert.run(start)
  waits.push(performance.now() - start)
}, 5)
process.stdin.resume()
process.stdin.on('end', () => {
  clearInterval(beat)
  database.close()
  process.stdout.write(JSON.stringify(waits))
})
process.stdout.write('ready\n')
