import { configInvalid, type ConfigMistake } from '../config/config-mistakes.js'
import type { Settings } from '../config/config-schema.js'

/** What `octavo archive` can't do without, and fetching a part of it. */
export interface NeededSettings {
  readonly backupUrl: string
  readonly backupApiKey: string
  readonly repository: string
  readonly githubToken: string
}

type Page = 'variables' | 'secrets'

interface Missing {
  readonly setting: string
  readonly expected: string
  /** Where it is set on GitHub; what the workflow itself gives has no page. */
  readonly page: Page | null
}

const missing: Readonly<Record<keyof NeededSettings, Missing>> = {
  backupUrl: { setting: 'BACKUP_URL', expected: 'the address of the service', page: 'variables' },
  backupApiKey: { setting: 'BACKUP_API_KEY', expected: 'the key of the service', page: 'secrets' },
  repository: { setting: 'ARCHIVE_REPOSITORY', expected: 'OWNER/NAME', page: 'variables' },
  githubToken: {
    setting: 'GITHUB_TOKEN',
    expected: 'a token that may use the repository',
    page: null,
  },
}

/**
 * The settings that a command can't do without. All the missing ones are named at once: in a workflow
 * with the page that they are set on, and a link to it.
 */
export function neededSettings<K extends keyof NeededSettings>(
  settings: Settings,
  names: readonly K[],
): Pick<NeededSettings, K> {
  const given: { readonly [N in keyof NeededSettings]: string | undefined } = {
    backupUrl: settings.backupUrl,
    backupApiKey: settings.backupApiKey[0],
    repository: settings.archiveRepository ?? settings.githubRepository,
    githubToken: settings.githubToken,
  }
  const absent = names.filter((name) => given[name] === undefined)
  if (absent.length === 0) return given as Pick<NeededSettings, K> // every one was just looked at
  throw configInvalid(absent.map((name) => mistake(missing[name], settings)))
}

function mistake({ setting, expected, page }: Missing, settings: Settings): ConfigMistake {
  const where = page === null ? tokenPlace(settings) : placeOf(page, settings)
  return { setting, source: '', problem: 'is missing', expected: `${expected}${where}` }
}

function placeOf(page: Page, { githubRepository, githubServerUrl, githubRunId }: Settings): string {
  if (githubRunId === undefined) return ''
  const [tab, button] =
    page === 'variables'
      ? ['Variables', 'New repository variable']
      : ['Secrets', 'New repository secret']
  const link =
    githubRepository === undefined
      ? ''
      : ` (${githubServerUrl.replace(/\/+$/, '')}/${githubRepository}/settings/${page}/actions/new)`
  return `: Settings → Secrets and variables → Actions → ${tab} → ${button}${link}`
}

function tokenPlace({ githubRunId }: Settings): string {
  if (githubRunId === undefined) return ''
  return ': in the workflow `${{ github.token }}`, for another repository the secret ARCHIVE_TOKEN'
}
