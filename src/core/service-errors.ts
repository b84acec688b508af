import type { ErrorEntry } from './error-entry.js'

/** Codes of requests over HTTP, on either side, and of the archive; a part of the error table. */
export const serviceErrors = {
  unauthorized: {
    status: 401,
    exit: 6,
    retryable: false,
    hint: 'Send the header `Authorization: Bearer BACKUP_API_KEY`.',
  },
  'scope-missing': {
    status: 403,
    exit: 6,
    retryable: false,
    hint: 'Make a key with that scope: `octavo key create NAME --scopes …`; docs/keys.md has them all.',
  },
  'too-many-wrong-keys': {
    status: 429,
    exit: 6,
    retryable: true,
    hint: 'Correct the key, then ask again after the seconds in Retry-After.',
  },
  'not-found': { status: 404, exit: 2, retryable: false, hint: 'Check the address.' },
  'method-not-allowed': {
    status: 405,
    exit: 2,
    retryable: false,
    hint: 'Use one of the methods in the header Allow.',
  },
  'too-many-exports': {
    status: 503,
    exit: 5,
    retryable: true,
    hint: 'Wait for the seconds in Retry-After, then ask again.',
  },
  'shutting-down': {
    status: 503,
    exit: 5,
    retryable: true,
    hint: 'Wait until the service is up again, then ask again.',
  },
  'export-gone': {
    status: 412,
    exit: 5,
    retryable: false,
    hint: 'The export named in If-Match is no longer kept. Ask again without If-Match.',
  },
  'range-outside': {
    status: 416,
    exit: 2,
    retryable: false,
    hint: 'Ask for bytes inside of the length in Content-Range.',
  },
  'fetch-failed': {
    status: 502,
    exit: 7,
    retryable: true,
    hint: 'Check BACKUP_URL and that the service is up, then run it again.',
  },
  'fetch-not-proved': {
    status: 502,
    exit: 4,
    retryable: true,
    hint: 'Nothing was committed. Look at the log of the service, then run it again.',
  },
  'catalog-damaged': {
    status: 503,
    exit: 1,
    retryable: true,
    hint: 'It is made anew from the stores now; by hand `octavo catalog rebuild` does it.',
  },
  'backup-running': {
    status: 409,
    exit: 5,
    retryable: true,
    hint: 'Wait for it to end: `octavo list --status in-progress` shows it.',
  },
  'job-running': {
    status: 409,
    exit: 5,
    retryable: true,
    hint: 'Wait for it to end, then ask again.',
  },
  'backup-kept': {
    status: 409,
    exit: 6,
    retryable: false,
    hint: 'Nothing was removed. A pin is taken off with `octavo pin ID --remove`.',
  },
  'backup-old': {
    status: 409,
    exit: 4,
    retryable: false,
    hint: 'It restores; see why no newer one was archived: the runs of the workflow, and `octavo archive` by hand.',
  },
  unhealthy: {
    status: 503,
    exit: 4,
    retryable: false,
    hint: 'Each finding says what to do; docs/monitoring.md explains the checks.',
  },
  'store-failed': {
    status: 502,
    exit: 7,
    retryable: true,
    hint: 'Try again; `octavo store check NAME` shows whether the store works.',
  },
  'store-refused': {
    status: 502,
    exit: 7,
    retryable: false,
    hint: 'Check the credentials of the store, and what they may do: `octavo store check NAME`.',
  },
  'store-taken': {
    status: 409,
    exit: 5,
    retryable: true,
    hint: 'Nothing is overwritten. Run it again: the next backup has another name.',
  },
  'notify-failed': {
    status: 502,
    exit: 7,
    retryable: true,
    hint: 'Check the address and the credentials of the channel.',
  },
  'archive-too-large': {
    status: 413,
    exit: 4,
    retryable: false,
    hint: 'Leave out rows that can be made again (EXCLUDE_ROWS: sessions, logs), or keep this backup elsewhere: `octavo export -o FILE`.',
  },
  'github-failed': {
    status: 502,
    exit: 7,
    retryable: true,
    hint: 'The branch is as it was. Check the token and the repository settings, then run it again.',
  },
} as const satisfies Record<string, ErrorEntry>
