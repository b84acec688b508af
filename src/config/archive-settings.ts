import { flag, settingMeta, text, webAddress, wholeNumber } from './setting-types.js'

/** `owner/name`. */
export const repositoryName = text.regex(/^[\w.-]+\/[\w.-]+$/)

/** What git takes for the name of a branch or a tag. */
export const refName = text.regex(/^(?![-./])(?!.*(\.\.|\/\/|@\{))[^\s~^:?*[\\]*[^\s~^:?*[\\./]$/)

/** What `octavo archive` and `octavo fetch` need. */
export const archiveSettings = {
  backupUrl: webAddress.optional().register(settingMeta, {
    group: 'archive',
    description:
      'The service whose export `octavo archive` fetches: its origin, or the whole address of the export.',
    expects: 'an address that begins with https://',
    example: 'https://qhog.onrender.com',
  }),
  backupKeep: wholeNumber(1, 10_000).default(8).register(settingMeta, {
    group: 'archive',
    description: 'How many backups of each database stay on the branch.',
    expects: 'a whole number from 1 to 10000',
    example: '12',
  }),
  archiveRepository: repositoryName.optional().register(settingMeta, {
    group: 'archive',
    description: 'The GitHub repository that keeps the backups.',
    expects: 'OWNER/NAME',
    defaultShown: 'GITHUB_REPOSITORY',
    example: 'lab/lab-backups',
  }),
  githubRepository: repositoryName.optional().register(settingMeta, {
    group: 'archive',
    description: 'Set by GitHub Actions: the repository that the workflow runs in.',
    expects: 'OWNER/NAME',
    example: 'lab/queue',
  }),
  archiveBranch: refName.default('database-backups').register(settingMeta, {
    group: 'archive',
    description: 'The branch that keeps the backups; it is made when it is missing.',
    expects: 'a name that git allows for a branch',
    example: 'database-backups',
  }),
  githubToken: text.optional().register(settingMeta, {
    group: 'archive',
    description:
      'The token that may write to the repository. In GitHub Actions: `${{ github.token }}` with `contents: write`.',
    expects: 'a token of GitHub',
    example: '`${{ github.token }}`',
    secret: true,
  }),
  githubApiUrl: webAddress.optional().register(settingMeta, {
    group: 'archive',
    description: 'The API of a GitHub Enterprise server; set by GitHub Actions.',
    expects: 'an address that begins with https://',
    defaultShown: '`https://api.github.com`',
    example: 'https://git.example.org/api/v3',
  }),
  githubStepSummary: text.optional().register(settingMeta, {
    group: 'archive',
    description: 'Set by GitHub Actions: the file that `octavo archive` appends its summary to.',
    expects: 'a file that can be written',
    example: 'summary.md',
  }),
  githubServerUrl: webAddress.default('https://github.com').register(settingMeta, {
    group: 'archive',
    description: 'Set by GitHub Actions: where the pages of the repository are, for links to them.',
    expects: 'an address that begins with https://',
    example: 'https://git.example.org',
  }),
  githubRunId: text.regex(/^\d+$/).optional().register(settingMeta, {
    group: 'archive',
    description: 'Set by GitHub Actions: the run that summaries and issues lead to.',
    expects: 'a whole number',
    example: '1658821493',
  }),
  reportIssue: flag.optional().register(settingMeta, {
    group: 'archive',
    description:
      "Open an issue in the archive's repository when a backup or its check fails, and close it when the next one works. Needs `issues: write`; without it there is only a warning.",
    expects: 'true or false',
    defaultShown: '`true` in GitHub Actions, else `false`',
    example: 'false',
  }),
  allowPublicRepository: flag.default(false).register(settingMeta, {
    group: 'archive',
    description:
      'Keep backups that are not encrypted even in a repository that everybody can read: the archive, and stores on GitHub.',
    expects: 'true or false',
    example: 'true',
  }),
}
