import type { JobContext } from './job-context.js'
import type { JobName, JobTypes } from './job-types.js'

type Job<K extends JobName> = (
  input: JobTypes[K]['input'],
  context: JobContext,
) => Promise<JobTypes[K]['result']>

/** Each is loaded when it is asked for: a thread that exports has no use for the code of a restore. */
const byName: { readonly [K in JobName]: () => Promise<Job<K>> } = {
  export: async () => (await import('./export/export-database.js')).exportDatabase,
  exportFixture: async () => (await import('./fixture/export-fixture.js')).exportFixture,
  convert: async () => (await import('./convert/convert-file.js')).convertFile,
  verify: async () => (await import('./verify-file.js')).verifyFile,
  restore: async () => (await import('./restore/restore-file.js')).restoreFile,
  undo: async () => (await import('./restore/undo-restore.js')).undoRestore,
  describe: async () => (await import('./restore/describe-target.js')).describeTarget,
  inspect: async () => (await import('./inspect-file.js')).inspectFile,
  diff: async () => (await import('./diff.js')).diff,
  account: async () => (await import('./find-account.js')).findAccount,
  rewrite: async () => (await import('./sync/rewrite-file.js')).rewriteFile,
  pack: async () => (await import('./backup/pack-archive.js')).packArchive,
  unseal: async () => (await import('./backup/pack-archive.js')).unsealArchive,
}

/** Runs a job in the thread that asks: what the wall does on its far side. */
export async function runHere<K extends JobName>(
  name: K,
  input: JobTypes[K]['input'],
  context: JobContext,
): Promise<JobTypes[K]['result']> {
  const job: Job<K> = await byName[name]()
  return await job(input, context)
}
