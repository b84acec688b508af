import { OctavoError } from '../../../core/errors.js'
import type { StoreCall } from '../../../core/store.js'
import { notThere } from '../../remote/read-object.js'
import { untilAborted } from '../../stopped.js'
import { readBranch } from '../branch-state.js'
import { gitBlobHash } from '../git-blob-id.js'
import { onGitHub } from '../github-error.js'
import { onStore, storeError, type Asking } from '../on-store.js'
import { objectsOf, type BranchObject } from './branch-objects.js'
import type { BranchPlace } from './branch-place.js'

const tries = 3

/** Reads the files of an object one after the other; each must have the bytes that git names it by. */
export async function* getObject(
  place: BranchPlace,
  name: string,
  { start = 0, signal, onBytes }: StoreCall & { readonly start?: number },
): AsyncGenerator<Buffer> {
  const asking: Asking = { what: `could not read ${name} from ${place.shown}`, signal }
  const object = await onStore(place, asking, async (repository) =>
    objectsOf(await readBranch(repository), place.prefix).get(name),
  )
  if (!object) throw notThere(place, name)
  let before = 0
  let given = 0
  for (const file of object.files) {
    const skip = Math.max(0, start - before)
    before += file.size
    if (skip >= file.size) continue
    for await (const piece of fileFrom(place, { ...asking, file, skip })) {
      given += piece.length
      onBytes?.(given)
      yield piece
    }
  }
}

interface FileReading extends Asking {
  readonly file: BranchObject['files'][number]
  /** Bytes at its start that nobody wants. */
  readonly skip: number
}

/** GitHub gives no part of a blob: one that breaks off is read again, as far as it was given. */
async function* fileFrom(place: BranchPlace, reading: FileReading): AsyncGenerator<Buffer> {
  const { file, skip, what, signal } = reading
  let given = skip
  for (let attempt = 1; ; attempt += 1) {
    const hash = gitBlobHash(file.size)
    let at = 0
    try {
      for await (const piece of untilAborted(await openBlob(place, reading), signal, what)) {
        hash.update(piece)
        at += piece.length
        if (at > file.size) break
        if (at <= given) continue
        const fresh = piece.subarray(piece.length - (at - given))
        given = at
        yield Buffer.from(fresh)
      }
    } catch (error) {
      if (signal?.aborted || error instanceof OctavoError) throw storeError(reading, error)
      if (attempt === tries) throw brokenOff(what, error)
      continue
    }
    if (at < file.size && attempt < tries) continue
    if (at === file.size && hash.digest('hex') === file.blob) return
    throw new OctavoError('store-failed', `${what}: GitHub gave other bytes than git names`)
  }
}

function brokenOff(what: string, error: unknown): OctavoError {
  return new OctavoError('store-failed', `${what}: the answer broke off; tried ${tries} times`, {
    cause: error,
  })
}

function openBlob(place: BranchPlace, asking: FileReading): Promise<AsyncIterable<Uint8Array>> {
  return onStore(place, asking, (repository) =>
    onGitHub(repository, `fetch the file ${asking.file.blob}`, async () => {
      const { octokit, at } = repository
      const { data } = await octokit.request('GET /repos/{owner}/{repo}/git/blobs/{file_sha}', {
        ...at,
        file_sha: asking.file.blob,
        mediaType: { format: 'raw' },
        request: { parseSuccessResponseBody: false },
      })
      // octokit's types know only the parsed answer: unparsed it is the body of fetch.
      return (data ?? []) as unknown as AsyncIterable<Uint8Array>
    }),
  )
}
