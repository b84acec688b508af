import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Opening, Sealing } from '../core/age-keys.js'
import type { ConfigMistake } from './config-mistakes.js'
import type { Settings } from './config-schema.js'
import { identities } from './encryption-settings.js'
import { fileProblem } from './file-problem.js'
import { issueText } from './setting-types.js'

type EncryptionSettings = Pick<Settings, 'ageRecipients' | 'ageIdentity' | 'agePassphrase'>

/** Whom backups are encrypted for; null where they are not encrypted. */
export function sealingOf(settings: EncryptionSettings): Sealing | null {
  const { ageRecipients: recipients, agePassphrase: passphrase } = settings
  if (recipients.length > 0) return { recipients }
  return passphrase === undefined ? null : { passphrase }
}

/** What decrypts backups here; null where nothing does. Secret. */
export function openingOf(settings: EncryptionSettings): Opening | null {
  const { ageIdentity, agePassphrase: passphrase } = settings
  const known = passphrase === undefined ? null : { passphrase }
  return ageIdentity.length > 0 ? { identities: ageIdentity, ...known } : known
}

/** What a file holds in the place of AGE_IDENTITY. Mistakes of encryption are added to the list. */
export function identityFromFile(
  settings: Settings,
  folder: string,
  mistakes: ConfigMistake[],
): Partial<Settings> {
  const mistake = (setting: string, problem: string, expected: string): Partial<Settings> => {
    mistakes.push({ setting, source: '', problem, expected })
    return {}
  }
  if (settings.ageRecipients.length > 0 && settings.agePassphrase !== undefined)
    mistake('AGE_PASSPHRASE', 'is given beside AGE_RECIPIENTS', 'one of the two')
  const { ageIdentityFile: path } = settings
  if (path === undefined) return {}
  const refuse = (problem: string) =>
    mistake(
      'AGE_IDENTITY_FILE',
      problem,
      'a file that `octavo keygen` wrote, with AGE_IDENTITY unset',
    )
  if (settings.ageIdentity.length > 0) return refuse('is given beside AGE_IDENTITY')
  try {
    const found = identities.safeParse(readFileSync(resolve(folder, path), 'utf8'))
    if (found.success) return { ageIdentity: found.data }
    return refuse(found.error.issues.map(issueText).join(', '))
  } catch (error) {
    return refuse(`can not be read: ${fileProblem(error)}`)
  }
}
