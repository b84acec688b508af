import { sealingOf } from '../encryption-keys.js'
import type { EntryOf } from '../store-settings.js'
import { requiredSecret, type StoreCommon, type StoreReading } from './store-reading.js'

interface OnGitHub extends StoreCommon {
  /** `owner/name`. */
  readonly repository: string
  readonly token: string
  readonly apiUrl: string | undefined
  /** All backups are encrypted. */
  readonly sealed: boolean
  readonly allowPublic: boolean
}

export interface ConfiguredGitHubBranch extends OnGitHub {
  readonly kind: 'github-branch'
  /** Undefined, as the prefix and the tag: the store's own default. */
  readonly branch: string | undefined
  readonly prefix: string | undefined
}

export interface ConfiguredGitHubRelease extends OnGitHub {
  readonly kind: 'github-release'
  readonly tag: string | undefined
}

export type ConfiguredGitHub = ConfiguredGitHubBranch | ConfiguredGitHubRelease

export function configuredGitHubBranch(
  common: StoreCommon,
  entry: EntryOf<'github-branch'>,
  reading: StoreReading,
): ConfiguredGitHubBranch {
  const { branch, prefix } = entry
  return { kind: 'github-branch', ...onGitHub(common, entry, reading), branch, prefix }
}

export function configuredGitHubRelease(
  common: StoreCommon,
  entry: EntryOf<'github-release'>,
  reading: StoreReading,
): ConfiguredGitHubRelease {
  const { tag } = entry
  return { kind: 'github-release', ...onGitHub(common, entry, reading), tag }
}

function onGitHub(
  common: StoreCommon,
  { repository, apiUrl, tokenEnv }: EntryOf<'github-branch'> | EntryOf<'github-release'>,
  reading: StoreReading,
): OnGitHub {
  const { settings, mistakes, name } = reading
  const { archiveRepository, githubRepository, githubToken, githubApiUrl } = settings
  const found = repository ?? archiveRepository ?? githubRepository
  if (found === undefined)
    mistakes.push({
      setting: 'repository',
      source: '',
      problem: `is missing, which the store "${name}" needs`,
      expected: 'OWNER/NAME',
    })
  return {
    ...common,
    repository: found ?? '',
    token: requiredSecret(reading, tokenEnv, { setting: 'GITHUB_TOKEN', value: githubToken }),
    apiUrl: apiUrl ?? githubApiUrl,
    sealed: sealingOf(settings) !== null,
    allowPublic: settings.allowPublicRepository,
  }
}
