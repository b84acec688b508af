import { z } from 'zod'
import { isAgeIdentity, isAgeRecipient } from '../core/age-keys.js'
import { settingMeta, text, textList } from './setting-types.js'

/** In characters: who gets hold of a backup can guess as often as they like. */
export const goodPassphraseLength = 20

/** By its place, never by its text: people paste the wrong one of the two. */
const recipients = textList.transform((given, context) => {
  given.forEach((recipient, index) => {
    const which = given.length > 1 ? `recipient ${index + 1}` : 'the recipient'
    if (recipient.startsWith('AGE-SECRET-KEY-'))
      context.addIssue(`${which} is an identity, which is secret and stays away from a server`)
    else if (!isAgeRecipient(recipient))
      context.addIssue(`${which} is not one that \`octavo keygen\` or \`age-keygen\` made`)
  })
  return [...new Set(given)]
})

/** One identity or several, in the form of a file of `age-keygen`: comments begin with #. */
export const identities = z.string().transform((value, context) => {
  if (/^(age-encryption\.org|-----BEGIN AGE)/.test(value)) {
    context.addIssue('is encrypted itself: decrypt it first with `age --decrypt`')
    return []
  }
  const found = value
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  if (found.length === 0) context.addIssue('holds no identity')
  found.forEach((identity, index) => {
    if (isAgeIdentity(identity)) return
    const what = isAgeRecipient(identity) ? 'a recipient, which only encrypts' : 'none of age'
    context.addIssue(`identity ${index + 1} is ${what}`)
  })
  return found
})

/** Whom backups are encrypted for, and what decrypts them. */
export const encryptionSettings = {
  ageRecipients: recipients.default([]).register(settingMeta, {
    group: 'encryption',
    description:
      'Backups are encrypted for these: the holders of their identities can read them, and nobody else, this server included. `octavo keygen` makes one.',
    expects: 'recipients with commas between them, each age1 and 58 letters and digits',
    defaultShown: 'none: backups are not encrypted',
    example: '`age1…`, as `octavo keygen` prints it',
  }),
  agePassphrase: text.optional().register(settingMeta, {
    group: 'encryption',
    description:
      'In place of AGE_RECIPIENTS: backups are encrypted with this passphrase, and decrypted with it. Whoever reads it here can read the backups.',
    expects: 'a long text that nobody guesses',
    example: '`openssl rand -hex 32` makes one',
    secret: true,
  }),
  ageIdentity: identities.default([]).register(settingMeta, {
    group: 'encryption',
    description:
      'What decrypts backups: the identity that belongs to a recipient, or several with commas or line ends between them. It is for the machine that restores, not for a server that only makes backups.',
    expects: 'AGE-SECRET-KEY-1 and 58 letters and digits, as `octavo keygen` made it',
    example: 'the file that `octavo keygen` wrote',
    secret: true,
  }),
  ageIdentityFile: text.optional().register(settingMeta, {
    group: 'encryption',
    description:
      'A file that holds AGE_IDENTITY, in its place, as `octavo keygen -o FILE` wrote it.',
    expects: 'a file that can be read',
    example: 'identity.txt',
  }),
}
