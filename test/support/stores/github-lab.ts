import { rmSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { GitHubDouble } from '../github-double/github-double.js'

/** Pauses that a test does not wait for. */
export const noPauses = {
  now: () => new Date(),
  sleep: async (_: number, signal?: AbortSignal) => {
    await new Promise((resolve) => setImmediate(resolve))
    signal?.throwIfAborted()
  },
}

/** A repository on GitHub; gone with the test. */
export async function startGitHub(
  t: Test,
  wishes: { empty?: boolean } = {},
): Promise<GitHubDouble> {
  const folder = mkdtempSync(join(tmpdir(), 'octavo-github-'))
  const github = await GitHubDouble.start(folder, wishes)
  t.teardown(async () => {
    await github.stop()
    rmSync(folder, { recursive: true, force: true })
  })
  return github
}

/** What a store of this repository is opened with. */
export function storeOptions({ name, token, url }: GitHubDouble) {
  return {
    name: 'github',
    repository: name,
    token,
    apiUrl: url,
    sealed: false,
    allowPublic: false,
    clock: noPauses,
    pace: { throttled: false, retries: 2, retryBaseMs: 1, callMs: 20_000, graceMs: 200 },
  }
}

/** octokit takes milliseconds more for each call where it may try it again. */
export function withoutRetries(github: GitHubDouble) {
  const options = storeOptions(github)
  return { ...options, pace: { ...options.pace, retries: 0 } }
}
