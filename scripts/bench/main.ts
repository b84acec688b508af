import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { measureArchiveYear, showArchiveYear } from './archive-year.js'
import { readBenchPlan, type BenchPlan } from './bench-plan.js'
import { changePatterns } from './change-lab.js'
import { measureFiles } from './measure-files.js'
import { measurePostgres, showPostgres } from './postgres/measure-postgres.js'
import { measureService, measureWriter } from './measure-service.js'
import { reportRows, showRows, type BenchResult } from './report.js'
import { writeShape, type Shape } from './shapes.js'

async function measure(plan: BenchPlan, shape: Shape, megabytes: number): Promise<BenchResult> {
  const folder = mkdtempSync(join(plan.folder ?? tmpdir(), 'octavo-bench-'))
  try {
    const database = join(folder, 'source.sqlite3')
    await writeShape(database, shape, megabytes)
    const files = await measureFiles(database, folder, plan.rounds)
    const service = await measureService(database, folder, plan.rounds)
    const writers =
      shape === 'lab'
        ? [
            await measureWriter(database, folder, 'wal'),
            await measureWriter(database, folder, 'delete'),
          ]
        : []
    return { shape, megabytes, files, service, writers }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function archiveYear([patterns = 'newest']: string[]): Promise<void> {
  const years = []
  for (const pattern of changePatterns.filter((one) => patterns.split(',').includes(one)))
    years.push(await measureArchiveYear(30, 52, pattern))
  process.stdout.write(`${showArchiveYear(years)}\n`)
  process.stderr.write(`${JSON.stringify(years)}\n`)
}

async function postgres([people = '2000', rounds = '3']: string[]): Promise<void> {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' })
  const figures = await measurePostgres(Number(people), Number(rounds))
  process.stdout.write(`${showPostgres(figures)}\n`)
  process.stderr.write(`${JSON.stringify(figures)}\n`)
}

async function main(): Promise<void> {
  const [first, ...rest] = process.argv.slice(2)
  if (first === '--archive-year') return archiveYear(rest)
  if (first === '--postgres') return postgres(rest)
  const plan = readBenchPlan(process.argv.slice(2))
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' })
  const results: BenchResult[] = []
  for (const megabytes of plan.sizes)
    for (const shape of plan.shapes) {
      process.stderr.write(`${shape}, ${megabytes} MB …\n`)
      results.push(await measure(plan, shape, megabytes))
    }
  process.stdout.write(`${showRows(results.flatMap(reportRows))}\n`)
  const machine = { node: process.version, cpu: cpus()[0]?.model, cores: cpus().length }
  mkdirSync(dirname(plan.json), { recursive: true })
  writeFileSync(plan.json, `${JSON.stringify({ at: new Date(), machine, results }, null, 1)}\n`)
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
})
