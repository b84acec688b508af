import { shapes, type Shape } from './shapes.js'

export interface BenchPlan {
  /** Database sizes in megabytes. */
  readonly sizes: readonly number[]
  readonly shapes: readonly Shape[]
  readonly rounds: number
  /** Where the databases are made; by default a folder of the system's own. */
  readonly folder: string | undefined
  /** Where the figures go as JSON. */
  readonly json: string
}

export const benchUsage = `npm run bench -- [options]
  --sizes 10,100       megabytes of each database; 1000 is the third size of the targets
  --shapes ${shapes.join(',')}
  --rounds 3           how often each contestant runs, in turns
  --folder DIR         a disk to measure on
  --json FILE          by default bench-results/latest.json
npm run bench -- --postgres [PEOPLE] [ROUNDS]
  a PostgreSQL server and a Django app of its own, against pg_dump, pg_restore, COPY, dumpdata and
  loaddata; 2000 people are 242,000 rows
npm run bench -- --archive-year [newest,anywhere]
  a year of weekly runs on a database of 30 MB that changes among its newest rows, or anywhere: what
  is sent, and what git keeps. Some four minutes each; newest where nothing is said
`

/** Reads the command line; throws a sentence about what it does not understand. */
export function readBenchPlan(args: readonly string[]): BenchPlan {
  const given = new Map<string, string>()
  for (let at = 0; at < args.length; at += 2) given.set(args[at] ?? '', args[at + 1] ?? '')
  for (const name of given.keys())
    if (!['--sizes', '--shapes', '--rounds', '--folder', '--json'].includes(name))
      throw new Error(`${name} is not an option of the bench\n${benchUsage}`)
  const chosen = (given.get('--shapes') ?? shapes.join(',')).split(',')
  const sizes = (given.get('--sizes') ?? '10,100').split(',').map(Number)
  const rounds = Number(given.get('--rounds') ?? 3)
  if (![...sizes, rounds].every((number) => number >= 1))
    throw new Error(`sizes and rounds are whole numbers\n${benchUsage}`)
  return {
    sizes,
    shapes: shapes.filter((shape) => chosen.includes(shape)),
    rounds,
    folder: given.get('--folder'),
    json: given.get('--json') ?? 'bench-results/latest.json',
  }
}
