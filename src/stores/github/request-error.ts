/** The part of octokit's RequestError that is used: told by its shape, since octokit loads late. */
export interface RequestError extends Error {
  readonly status: number
  readonly response?: {
    readonly headers: Readonly<Record<string, string | number | undefined>>
  }
}

export function isRequestError(thrown: unknown): thrown is RequestError {
  return thrown instanceof Error && 'status' in thrown && typeof thrown.status === 'number'
}

/** The HTTP status of GitHub's answer; 500 also where there was no answer; null for other errors. */
export function gitHubStatus(thrown: unknown): number | null {
  return isRequestError(thrown) ? thrown.status : null
}
