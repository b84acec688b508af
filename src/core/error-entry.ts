/** What a code leads to. `exit` is the exit code of the command line, `status` the HTTP status. */
export interface ErrorEntry {
  readonly status: number
  readonly exit: number
  /** Whether the same call may succeed later without anyone changing anything. */
  readonly retryable: boolean
  /** The hint used where the error gives none of its own. */
  readonly hint: string
}
