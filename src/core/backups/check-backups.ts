import { showBytes } from '../files/free-space.js'
import { ageLimitMs } from './age-limit.js'
import { checkArchive, newestOf } from './check-archive.js'
import { goodBackups, hasCome, provedAt, type GoodBackup } from './good-backups.js'
import type { AlarmLimits, KnownBackups } from './known-backups.js'
import { modelDrops } from './model-drops.js'
import type { Finding } from './notifier.js'
import { showAge } from './show-age.js'

/** All that is wrong with the backups of these databases, in their order, what is worst first. */
export function checkBackups(
  databases: readonly KnownBackups[],
  limits: AlarmLimits,
  now: Date,
): Finding[] {
  return databases.flatMap((known) => {
    const good = goodBackups(known.records, now)
    const found = [
      ...checkAge(known, good, { limits, now }),
      ...checkLastRuns(known, now),
      ...checkProof(good),
      ...checkSize(good, limits),
      ...checkDrops(good, limits),
      ...checkTotal(known, limits),
      ...checkArchive(known, now),
    ]
    return found.map(({ check, ...rest }) => ({ check, database: known.name, ...rest }))
  })
}

type Found = Omit<Finding, 'database'>

interface At {
  readonly limits: AlarmLimits
  readonly now: Date
}

function checkAge(known: KnownBackups, good: readonly GoodBackup[], { limits, now }: At): Found[] {
  const limitMs = ageLimitMs(known.periodMs, limits.maxAgeHours)
  const newest = newestOf(known, good, now)
  const make = `make one now with \`octavo backup ${known.name}\``
  if (newest === null) {
    const { success, failed } = known.tally.runs
    const ended = success + failed
    if (limitMs === null && ended === 0) return []
    return [missing(ended, make)]
  }
  if (limitMs === null) return []
  const ageMs = now.getTime() - newest.at.getTime()
  if (ageMs <= limitMs) return []
  const what = newest.id === null ? 'what the archiver committed last' : 'the newest backup'
  return [
    {
      check: 'too-old',
      backup: newest.id,
      message: `${what} is ${showAge(ageMs)} old, and may be ${showAge(limitMs)}`,
      hint: `See why no newer one was made with \`octavo list --last 5\`, and ${make}.`,
    },
  ]
}

/** Where runs have ended backups are wanted, whoever starts them: no schedule of ours has to say so. */
function missing(ended: number, make: string): Found {
  const found = { check: 'missing', backup: null }
  if (ended === 0)
    return {
      ...found,
      message: 'there is no backup yet',
      hint: `See whether the schedule runs, and ${make}. Where no backups are wanted, set SCHEDULE=off.`,
    }
  return {
    ...found,
    message: `no store holds a backup that is good, after ${ended} ${ended === 1 ? 'run' : 'runs'}`,
    hint: `See with \`octavo list\` how the runs ended, and ${make}.`,
  }
}

/** Of each format: with both, one that went well does not hide one that did not. */
function checkLastRuns({ records }: KnownBackups, now: Date): Found[] {
  const ended = records.filter(
    ({ status, startedAt }) => status !== 'in-progress' && hasCome(new Date(startedAt), now),
  )
  const formats = [...new Set(ended.map(({ format }) => format))]
  return formats.flatMap((format): Found[] => {
    const last = ended.find((record) => record.format === format)
    if (last?.status !== 'failed') return []
    const { message, code } = last.error ?? { message: 'no reason is known', code: 'internal' }
    const hint = last.error?.hint || 'Look at the log of that run.'
    return [
      {
        check: 'failed',
        backup: last.id,
        message: `the last run (${format}) failed: ${message} (${code})`,
        hint: `${hint} Then run \`octavo backup ${last.database} --format ${format}\`.`,
      },
    ]
  })
}

function checkProof([newest]: readonly GoodBackup[]): Found[] {
  if (!newest || provedAt(newest.held) !== null) return []
  const { id } = newest.held
  return [
    {
      check: 'not-verified',
      backup: id,
      message: 'whether the newest backup restores from its store is not proved',
      hint: `Run \`octavo verify ${id}\`, where it is encrypted with AGE_IDENTITY_FILE or AGE_PASSPHRASE.`,
    },
  ]
}

function checkSize([newest]: readonly GoodBackup[], { minBackupBytes }: AlarmLimits): Found[] {
  if (!newest || minBackupBytes === undefined) return []
  const { size } = newest.manifest.archive
  if (size >= minBackupBytes) return []
  return [
    {
      check: 'too-small',
      backup: newest.held.id,
      message: `the newest backup has ${showBytes(size)}, and should have ${showBytes(minBackupBytes)} at least`,
      hint: `See with \`octavo show ${newest.held.id}\` what is in it, and whether DATABASE_URL is the right database.`,
    },
  ]
}

function checkDrops(good: readonly GoodBackup[], { maxDropPercent }: AlarmLimits): Found[] {
  const compared = modelDrops(good, maxDropPercent)
  if (compared === null) return []
  const [newest, before] = [compared.newest.run.id, compared.before.run.id]
  return compared.drops.map(({ model, before: had, after }) => ({
    check: 'drop',
    backup: newest,
    message: `${model} has ${after} records, and had ${had} in backup ${before}`,
    hint: `If nobody removed them on purpose: \`octavo pin ${before}\`, then see with \`octavo diff ${before} ${newest}\` what is gone.`,
  }))
}

function checkTotal({ tally }: KnownBackups, { maxTotalBytes }: AlarmLimits): Found[] {
  if (maxTotalBytes === undefined) return []
  return [...tally.bytes]
    .filter(([, bytes]) => bytes > maxTotalBytes)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([store, bytes]) => ({
      check: 'total-size',
      backup: null,
      message: `all backups in ${store} take ${showBytes(bytes)}, and may take ${showBytes(maxTotalBytes)}`,
      hint: 'Keep fewer: `octavo prune --dry-run` shows what stays and why, docs/policies.md how to change it.',
    }))
}
