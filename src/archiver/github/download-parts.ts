import { createHash } from 'node:crypto'
import { open, type FileHandle } from 'node:fs/promises'
import { OctavoError } from '../../core/errors.js'
import type { OnProgress } from '../../core/progress.js'
import type { GitHubRepository } from '../../stores/github/connect-github.js'
import { gitBlobHash } from '../../stores/github/git-blob-id.js'
import { onGitHub } from '../../stores/github/github-error.js'
import { gitHubStatus } from '../../stores/github/request-error.js'
import type { Part } from '../manifest.js'

/** A file of the branch; its digest where a manifest tells it. */
export type WantedPart = Omit<Part, 'sha256'> & { readonly sha256?: string }

const tries = 3

/**
 * Writes the parts of a backup one after the other to a new file (mode 0600). Each must have the size
 * and the digests that it is said to have; a part that broke off is fetched again.
 */
export async function downloadParts(
  repository: GitHubRepository,
  parts: readonly WantedPart[],
  { file, onProgress }: { readonly file: string; readonly onProgress?: OnProgress },
): Promise<Part[]> {
  const handle = await open(file, 'wx', 0o600)
  const total = parts.reduce((sum, { size }) => sum + size, 0)
  try {
    const downloaded: Part[] = []
    let done = 0
    for (const part of parts) {
      const onBytes = (bytes: number) =>
        onProgress?.({ phase: 'downloading', bytes: done + bytes, total })
      downloaded.push(await downloadPart(repository, part, { handle, start: done, onBytes }))
      done += part.size
    }
    await handle.sync()
    return downloaded
  } finally {
    await handle.close()
  }
}

interface PartTarget {
  readonly handle: FileHandle
  readonly start: number
  readonly onBytes: (bytes: number) => void
}

async function downloadPart(
  repository: GitHubRepository,
  part: WantedPart,
  target: PartTarget,
): Promise<Part> {
  return onGitHub(repository, `fetch ${part.path}`, async () => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await streamPart(repository, part, target)
      } catch (error) {
        if (attempt === tries || !brokeOff(error)) throw error
      }
    }
  })
}

/** True for a body that ended early: octokit itself tries again only until the headers are there. */
function brokeOff(error: unknown): boolean {
  return error instanceof TypeError && gitHubStatus(error) === null
}

async function streamPart(
  { octokit, at }: GitHubRepository,
  part: WantedPart,
  { handle, start, onBytes }: PartTarget,
): Promise<Part> {
  const { data } = await octokit.request('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', {
    ...at,
    file_sha: part.blob,
    mediaType: { format: 'raw' },
    request: { parseSuccessResponseBody: false },
  })
  const hash = createHash('sha256')
  const blob = gitBlobHash(part.size)
  let bytes = 0
  // octokit's types know only the parsed answer: unparsed it is the body of fetch.
  for await (const piece of data as unknown as AsyncIterable<Uint8Array>) {
    bytes += piece.length
    if (bytes > part.size) break
    hash.update(piece)
    blob.update(piece)
    await handle.write(piece, 0, piece.length, start + bytes - piece.length)
    onBytes(bytes)
  }
  const sha256 = hash.digest('hex')
  const asked = part.sha256 ?? sha256
  if (bytes === part.size && blob.digest('hex') === part.blob && sha256 === asked)
    return { ...part, sha256 }
  throw new OctavoError(
    'document-altered',
    `${part.path} on the branch is not what its manifest says (size or digest)`,
  )
}
