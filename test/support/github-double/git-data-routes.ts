import type { BareRepository, IndexEntry } from './bare-repository.js'
import { updateRefs } from './update-refs.js'

export interface Answer {
  readonly status: number
  readonly json?: unknown
  readonly raw?: Buffer
  /** Of a redirect. */
  readonly location?: string
}

/** The answers that GitHub gives where it refuses: octokit throws them as errors. */
class Refusal extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export interface ApiRequest {
  readonly method: string
  /** Below `/repos/OWNER/NAME`, decoded, without the query; or `/graphql`. */
  readonly path: string
  readonly query: URLSearchParams
  readonly accept: string
  readonly body: Record<string, unknown>
}

type Handler = (
  repository: BareRepository,
  request: ApiRequest,
  parameter: string,
) => Promise<Answer>

interface Route {
  readonly method: string
  readonly path: RegExp
  /** What a test calls this route. */
  readonly kind: string
  readonly handle: Handler
}

/** The Git Data API, as strict as the real one about what does not exist. */
const routes: readonly Route[] = [
  { method: 'GET', path: /^\/git\/ref\/(.+)$/, kind: 'get ref', handle: getRef },
  { method: 'POST', path: /^\/git\/refs()$/, kind: 'create ref', handle: createRef },
  { method: 'PATCH', path: /^\/git\/refs\/(.+)$/, kind: 'update ref', handle: updateRef },
  { method: 'GET', path: /^\/git\/commits\/(.+)$/, kind: 'get commit', handle: getCommit },
  { method: 'POST', path: /^\/git\/commits()$/, kind: 'create commit', handle: createCommit },
  { method: 'GET', path: /^\/compare\/(.+)$/, kind: 'compare', handle: compare },
  { method: 'GET', path: /^\/git\/trees\/(.+)$/, kind: 'get tree', handle: getTree },
  { method: 'POST', path: /^\/git\/trees()$/, kind: 'create tree', handle: createTree },
  { method: 'GET', path: /^\/git\/blobs\/(.+)$/, kind: 'get blob', handle: getBlob },
  { method: 'POST', path: /^\/git\/blobs()$/, kind: 'create blob', handle: createBlob },
  {
    method: 'POST',
    path: /^(\/graphql)$/,
    kind: 'update refs',
    handle: async (repository, { body }) => ({
      status: 200,
      json: await updateRefs(repository, body),
    }),
  },
]

export function kindOf(method: string, path: string): string {
  if (method === 'GET' && path === '') return 'get repository'
  return routes.find((route) => route.method === method && route.path.test(path))?.kind ?? 'unknown'
}

export async function answer(repository: BareRepository, request: ApiRequest): Promise<Answer> {
  const route = routes.find(
    ({ method, path }) => method === request.method && path.test(request.path),
  )
  if (!route) return refused(new Refusal(404, 'Not Found'))
  try {
    if (await repository.isEmpty()) throw new Refusal(409, 'Git Repository is empty.')
    return await route.handle(repository, request, route.path.exec(request.path)?.[1] ?? '')
  } catch (error) {
    if (error instanceof Refusal) return refused(error)
    throw error
  }
}

function refused({ status, message }: Refusal): Answer {
  return { status, json: { message, documentation_url: 'https://docs.github.com/rest' } }
}

function text(body: Record<string, unknown>, name: string): string {
  const value = body[name]
  if (typeof value !== 'string')
    throw new Refusal(422, `Invalid request. "${name}" wasn't supplied.`)
  return value
}

async function requireType(
  repository: BareRepository,
  sha: string,
  type: string,
  status: number,
): Promise<void> {
  if ((await repository.typeOf(sha)) !== type)
    throw new Refusal(status, status === 404 ? 'Not Found' : 'Object does not exist')
}

function refAnswer(ref: string, sha: string): object {
  return { ref, object: { type: 'commit', sha } }
}

async function getRef(repository: BareRepository, _: ApiRequest, name: string): Promise<Answer> {
  const sha = await repository.head(`refs/${name}`)
  if (sha === null) throw new Refusal(404, 'Not Found')
  return { status: 200, json: refAnswer(`refs/${name}`, sha) }
}

async function createRef(repository: BareRepository, { body }: ApiRequest): Promise<Answer> {
  const [ref, sha] = [text(body, 'ref'), text(body, 'sha')]
  if (!/^refs\/[^/]+\/./.test(ref)) throw new Refusal(422, 'Reference name must start with refs/')
  await requireType(repository, sha, 'commit', 422)
  if ((await repository.head(ref)) !== null) throw new Refusal(422, 'Reference already exists')
  if (!repository.moveRef(ref, null, sha)) throw new Refusal(422, 'Reference already exists')
  return { status: 201, json: refAnswer(ref, sha) }
}

async function updateRef(
  repository: BareRepository,
  { body }: ApiRequest,
  name: string,
): Promise<Answer> {
  const sha = text(body, 'sha')
  const ref = `refs/${name}`
  const head = await repository.head(ref)
  if (head === null) throw new Refusal(422, 'Reference does not exist')
  await requireType(repository, sha, 'commit', 422)
  if (body['force'] !== true && !(await repository.isAncestor(head, sha)))
    throw new Refusal(422, 'Update is not a fast forward')
  if (!repository.moveRef(ref, head, sha)) throw new Refusal(422, 'Update is not a fast forward')
  return { status: 200, json: refAnswer(ref, sha) }
}

async function getCommit(repository: BareRepository, _: ApiRequest, sha: string): Promise<Answer> {
  await requireType(repository, sha, 'commit', 404)
  const tree = await repository.treeOf(sha)
  return { status: 200, json: { sha, tree: { sha: tree } } }
}

async function createCommit(repository: BareRepository, { body }: ApiRequest): Promise<Answer> {
  const tree = text(body, 'tree')
  const parents = Array.isArray(body['parents']) ? body['parents'].map(String) : []
  await requireType(repository, tree, 'tree', 422)
  for (const parent of parents) await requireType(repository, parent, 'commit', 422)
  const sha = await repository.writeCommit(tree, parents, text(body, 'message'))
  return { status: 201, json: { sha, tree: { sha: tree } } }
}

async function compare(
  repository: BareRepository,
  _: ApiRequest,
  basehead: string,
): Promise<Answer> {
  const [base = '', head = ''] = basehead.split('...')
  for (const sha of [base, head]) await requireType(repository, sha, 'commit', 404)
  if (base === head) return { status: 200, json: { status: 'identical' } }
  if (await repository.isAncestor(base, head)) return { status: 200, json: { status: 'ahead' } }
  if (await repository.isAncestor(head, base)) return { status: 200, json: { status: 'behind' } }
  await repository.text('merge-base', base, head).catch(() => {
    throw new Refusal(404, 'No common ancestor between them.')
  })
  return { status: 200, json: { status: 'diverged' } }
}

async function getTree(
  repository: BareRepository,
  { query }: ApiRequest,
  sha: string,
): Promise<Answer> {
  // The real one takes the name of a commit, too.
  if ((await repository.typeOf(sha)) !== 'commit') await requireType(repository, sha, 'tree', 404)
  const tree = await repository.list(sha, query.has('recursive'))
  const most = repository.mostListed
  return { status: 200, json: { sha, tree: tree.slice(0, most), truncated: tree.length > most } }
}

async function createTree(repository: BareRepository, { body }: ApiRequest): Promise<Answer> {
  const base = body['base_tree'] === undefined ? null : text(body, 'base_tree')
  if (base !== null) await requireType(repository, base, 'tree', 422)
  if (!Array.isArray(body['tree']) || body['tree'].length === 0)
    throw new Refusal(422, 'Invalid tree info')
  const there = new Set(
    base === null ? [] : (await repository.list(base, true)).map(({ path }) => path),
  )
  const entries: IndexEntry[] = []
  for (const given of body['tree'] as Record<string, unknown>[])
    entries.push(await indexEntry(repository, given, there))
  const sha = await repository.writeTree(base, entries)
  return { status: 201, json: { sha, tree: await repository.list(sha, false) } }
}

async function indexEntry(
  repository: BareRepository,
  given: Record<string, unknown>,
  there: ReadonlySet<string>,
): Promise<IndexEntry> {
  const [path, mode] = [text(given, 'path'), text(given, 'mode')]
  if (path.startsWith('/') || path.split('/').some((name) => ['', '.', '..'].includes(name)))
    throw new Refusal(422, 'tree.path contains a malformed path component')
  if (!['100644', '100755', '120000'].includes(mode) || text(given, 'type') !== 'blob')
    throw new Refusal(422, 'tree.mode is not included in the list')
  if (typeof given['content'] === 'string') {
    if (given['sha'] !== undefined) throw new Refusal(422, 'Must supply either tree.sha or content')
    return { path, mode, sha: await repository.writeBlob(given['content']) }
  }
  if (given['sha'] === null) {
    if (!there.has(path)) throw new Refusal(422, 'GitRPC::BadObjectState')
    return { path, mode, sha: null }
  }
  const sha = text(given, 'sha')
  if ((await repository.typeOf(sha)) !== 'blob')
    throw new Refusal(422, `tree.sha ${sha} is not a valid blob`)
  return { path, mode, sha }
}

async function getBlob(
  repository: BareRepository,
  { accept }: ApiRequest,
  sha: string,
): Promise<Answer> {
  await requireType(repository, sha, 'blob', 404)
  const raw = await repository.readBlob(sha)
  if (/\braw\b/.test(accept)) return { status: 200, raw }
  // The real one breaks its base64 into lines.
  const content = raw.toString('base64').replace(/.{60}/g, '$&\n')
  return { status: 200, json: { sha, size: raw.length, encoding: 'base64', content } }
}

async function createBlob(repository: BareRepository, { body }: ApiRequest): Promise<Answer> {
  const encoding = body['encoding'] ?? 'utf-8'
  if (encoding !== 'utf-8' && encoding !== 'base64') throw new Refusal(422, 'Invalid encoding')
  const bytes = Buffer.from(text(body, 'content'), encoding)
  return { status: 201, json: { sha: await repository.writeBlob(bytes) } }
}
