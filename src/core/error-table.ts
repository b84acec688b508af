import type { ErrorEntry } from './error-entry.js'
import { serviceErrors } from './service-errors.js'

/**
 * Exit codes: 1 a fault of ours or the machine's, 2 wrong use or configuration, 3 the database can't
 * be used, 4 the backup can't be trusted or used, 5 busy or out of space: try again, 6 refused for
 * want of a confirmation or a right, 7 a remote service failed, 130 stopped by the user.
 */
export const errorTable = {
  internal: {
    status: 500,
    exit: 1,
    retryable: false,
    hint: 'This is a fault in Octavo. Report it with the message and the log line before it.',
  },
  'io-failed': {
    status: 500,
    exit: 1,
    retryable: true,
    hint: 'Look at the disk, its permissions and the system log, then run the command again.',
  },
  aborted: {
    status: 499,
    exit: 130,
    retryable: true,
    hint: 'Nothing was changed. Run the command again when you are ready.',
  },
  usage: { status: 400, exit: 2, retryable: false, hint: 'See `octavo --help`.' },
  'config-invalid': {
    status: 500,
    exit: 2,
    retryable: false,
    hint: 'Correct the settings named above; docs/configuration.md lists them all.',
  },
  'node-unsupported': {
    status: 500,
    exit: 2,
    retryable: false,
    hint: 'Take a version of Node that docs/troubleshooting.md names.',
  },
  'doctor-failed': {
    status: 500,
    exit: 1,
    retryable: false,
    hint: 'Each check that failed is followed by what to do.',
  },
  'database-unnamed': {
    status: 500,
    exit: 2,
    retryable: false,
    hint: 'Set DATABASE_URL or name a database on the command line.',
  },
  'database-not-found': {
    status: 500,
    exit: 3,
    retryable: false,
    hint: 'Check the path, and that the disk which holds it is mounted.',
  },
  'database-empty': {
    status: 500,
    exit: 3,
    retryable: false,
    hint: 'Check that this is the right file: an empty one is never backed up over a good backup.',
  },
  'not-a-database': {
    status: 500,
    exit: 3,
    retryable: false,
    hint: 'Check the path: the file is not one that this engine can read.',
  },
  'engine-unsupported': {
    status: 500,
    exit: 2,
    retryable: false,
    hint: 'Octavo works with SQLite files and with PostgreSQL 13 and newer.',
  },
  'database-busy': {
    status: 503,
    exit: 5,
    retryable: true,
    hint: 'Another program holds the database. Suspend the app, or try again in a moment.',
  },
  'database-unreachable': {
    status: 503,
    exit: 5,
    retryable: true,
    hint: 'Check that the server runs, its host and port, and the network between.',
  },
  'database-refused': {
    status: 500,
    exit: 3,
    retryable: false,
    hint: 'The server named the reason. Check the address of the database and the rights of its user.',
  },
  'program-missing': {
    status: 500,
    exit: 3,
    retryable: false,
    hint: 'Install the program, or name it in the settings.',
  },
  'database-damaged': {
    status: 500,
    exit: 3,
    retryable: false,
    hint: 'Keep the file as it is, and restore the newest verified backup beside it.',
  },
  'cannot-carry': {
    status: 422,
    exit: 3,
    retryable: false,
    hint: 'The document can not hold this object. Take a native copy: `octavo export --format sqlite`.',
  },
  'value-too-large': {
    status: 422,
    exit: 3,
    retryable: false,
    hint: 'Records above 256 MB are not written to documents. Take a native copy: `octavo export --format sqlite`.',
  },
  'model-unknown': {
    status: 404,
    exit: 2,
    retryable: false,
    hint: '`octavo inspect` lists the models of a backup; names compare without case.',
  },
  'model-clash': {
    status: 500,
    exit: 2,
    retryable: false,
    hint: 'Give each table a model name of its own in the setting `models`.',
  },
  'document-invalid': {
    status: 422,
    exit: 4,
    retryable: false,
    hint: 'The file is not a backup document of Octavo. Take another backup.',
  },
  'document-truncated': {
    status: 422,
    exit: 4,
    retryable: false,
    hint: 'The file was cut short. Fetch it again, or take an older backup.',
  },
  'document-altered': {
    status: 422,
    exit: 4,
    retryable: false,
    hint: 'The file was changed after it was written. Fetch it again, or take an older backup.',
  },
  'document-version': {
    status: 422,
    exit: 4,
    retryable: false,
    hint: 'A newer Octavo wrote this document. Update Octavo.',
  },
  'document-partial': {
    status: 422,
    exit: 4,
    retryable: false,
    hint: 'Use --mode data-only or --mode merge for a document that holds chosen models.',
  },
  'format-unknown': {
    status: 422,
    exit: 4,
    retryable: false,
    hint: 'Octavo reads its own JSON documents and SQLite files, plain, gzip or encrypted with age.',
  },
  'decrypt-failed': {
    status: 422,
    exit: 4,
    retryable: false,
    hint: 'Set AGE_IDENTITY_FILE to the file with the identity that `octavo keygen` made.',
  },
  'restore-refused': {
    status: 409,
    exit: 4,
    retryable: false,
    hint: 'Nothing was changed. The message names what stands in the way.',
  },
  'restore-mismatch': {
    status: 500,
    exit: 4,
    retryable: false,
    hint: 'What was loaded is not what the backup holds; the target is as it was. Report it.',
  },
  'verify-failed': {
    status: 500,
    exit: 4,
    retryable: false,
    hint: 'This backup must not be relied on. Keep the older ones and take a new one.',
  },
  'target-changed': {
    status: 409,
    exit: 5,
    retryable: true,
    hint: 'Someone keeps writing to the target. Suspend the app and run the restore again.',
  },
  'space-short': {
    status: 507,
    exit: 5,
    retryable: true,
    hint: 'Free some space there, or use a larger disk: SPOOL_DIR for a service, -o FILE for a command.',
  },
  'confirmation-needed': {
    status: 409,
    exit: 6,
    retryable: false,
    hint: 'Run it on a terminal and answer, or give --yes (over prod: --confirm NAME).',
  },
  ...serviceErrors,
} as const satisfies Record<string, ErrorEntry>

/** What an error is told by: in HTTP answers, in `--json`, in docs/errors.md. */
export type ErrorCode = keyof typeof errorTable
