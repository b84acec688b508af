import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Answer, ApiRequest } from './git-data-routes.js'
import { refuse, type GitHubDouble } from './github-double.js'

export interface StoredAsset {
  readonly id: number
  readonly name: string
  readonly label: string | null
  state: 'starter' | 'uploaded'
  bytes: Buffer
  /** Of what was uploaded; empty where that is not known. */
  sha256: string
  /** Where the bytes were forgotten. */
  size?: number
  created_at: string
}

interface StoredRelease {
  readonly id: number
  readonly body: Record<string, unknown>
  readonly assets: StoredAsset[]
}

/**
 * The releases of the double's repository. Bytes come and go at another origin, as with GitHub: uploads
 * with the token, downloads without it.
 */
export class ReleaseHost {
  readonly all: StoredRelease[] = []
  mostAssets = 1_000
  /** Servers of older versions know none. */
  digests = true
  immutable = false
  /** What is uploaded changes on the way. */
  damages = false
  /** Uploads are received and forgotten. */
  forgets = false
  /** Bytes of uploads so far. */
  received = 0
  /** What downloads asked for. */
  readonly ranges: (string | undefined)[] = []
  readonly #double: GitHubDouble
  readonly #server: Server
  #url = ''
  #ids = 0

  constructor(double: GitHubDouble) {
    this.#double = double
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch(() => response.destroy())
    })
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    const address = this.#server.address()
    if (typeof address === 'object' && address) this.#url = `http://127.0.0.1:${address.port}`
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  get assets(): StoredAsset[] {
    return this.all.flatMap(({ assets }) => assets)
  }

  kindOf(method: string, path: string): string | null {
    if (!path.startsWith('/releases')) return null
    if (method === 'POST') return 'create release'
    if (method === 'DELETE') return 'delete asset'
    if (path.startsWith('/releases/tags/')) return 'get release'
    return path.endsWith('/assets') ? 'list assets' : 'get asset'
  }

  async answer({ method, path, query, body }: ApiRequest): Promise<Answer | null> {
    const kind = this.kindOf(method, path)
    if (kind === null) return null
    const [last = ''] = path.split('/').slice(-1)
    if (kind === 'create release') return this.#create(body)
    if (kind === 'get release') {
      const release = this.all.find((one) => one.body['tag_name'] === last)
      return release ? { status: 200, json: this.#shown(release) } : notFound
    }
    if (kind === 'list assets') {
      const release = this.all.find(({ id }) => path === `/releases/${id}/assets`)
      if (!release) return notFound
      const perPage = Number(query.get('per_page') ?? 30)
      const start = (Number(query.get('page') ?? 1) - 1) * perPage
      const page = release.assets.slice(start, start + perPage)
      return { status: 200, json: page.map((asset) => this.#shownAsset(asset)) }
    }
    const release = this.all.find(({ assets }) => assets.some(({ id }) => String(id) === last))
    const index = release?.assets.findIndex(({ id }) => String(id) === last) ?? -1
    if (!release || index < 0) return notFound
    if (kind === 'get asset') return { status: 302, location: `${this.#url}/storage/${last}?sig=1` }
    release.assets.splice(index, 1)
    return { status: 204 }
  }

  async #create(body: Record<string, unknown>): Promise<Answer> {
    const { repository } = this.#double
    const tag = String(body['tag_name'])
    const head = await repository.head('refs/heads/main')
    if (head === null) return { status: 422, json: { message: 'Repository is empty.' } }
    if (this.all.some((release) => release.body['tag_name'] === tag))
      return invalid({ resource: 'Release', code: 'already_exists', field: 'tag_name' })
    const release = { id: (this.#ids += 1), body, assets: [] }
    this.all.push(release)
    await repository.text('update-ref', `refs/tags/${tag}`, head)
    return { status: 201, json: this.#shown(release) }
  }

  #shown({ id }: StoredRelease): object {
    const at = `${this.#url}/repos/${this.#double.name}/releases/${id}/assets{?name,label}`
    return { id, upload_url: at, immutable: this.immutable }
  }

  #shownAsset(asset: StoredAsset): object {
    const { id, name, label, state, bytes, sha256, created_at } = asset
    const digest = sha256 !== '' && this.digests ? `sha256:${sha256}` : null
    const { size = bytes.length } = asset
    return { id, name, label, state, size, digest, created_at }
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.#url)
    if (url.pathname.startsWith('/storage/')) return this.#give(request, response, url)
    await this.#take(request, response, url)
  }

  async #take(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const size = Number(request.headers['content-length'])
    const fault = await this.#double.note('upload asset', size || 0)
    const refusal = this.#double.refusal(request, 'POST')
    if (refusal) return refuse(response, refusal)
    if (fault === 'hang') return
    if (typeof fault === 'object' && fault.status < 500) return refuse(response, fault)
    const release = this.all.find(({ id }) => url.pathname.endsWith(`/releases/${id}/assets`))
    if (!release) return refuse(response, { status: 404 })
    const name = renamed(url.searchParams.get('name') ?? '')
    const wrong = this.#wrong(release, name, request.headers['content-length'])
    if (wrong) return answerJson(response, wrong)
    const asset: StoredAsset = {
      id: (this.#ids += 1),
      name,
      label: url.searchParams.get('label'),
      state: 'starter',
      bytes: Buffer.alloc(0),
      sha256: '',
      created_at: new Date().toISOString(),
    }
    release.assets.push(asset)
    if (typeof fault === 'object') return refuse(response, fault)
    const pieces: Buffer[] = []
    let got = 0
    for await (const piece of request as AsyncIterable<Buffer>) {
      if (!this.forgets) pieces.push(piece)
      got += piece.length
      this.received += piece.length
      if (fault === 'reset' && got >= size / 2) return void request.socket.destroy()
    }
    if (got !== size) return
    asset.bytes = Buffer.concat(pieces)
    if (this.damages) asset.bytes.writeUInt8(asset.bytes.readUInt8(0) ^ 1, 0)
    asset.sha256 = createHash('sha256').update(asset.bytes).digest('hex')
    if (this.forgets) Object.assign(asset, { size, sha256: '' })
    asset.state = 'uploaded'
    if (fault === 'lost') return void request.socket.destroy()
    answerJson(response, { status: 201, json: this.#shownAsset(asset) }, fault === 'cut')
  }

  #wrong({ assets }: StoredRelease, name: string, length: string | undefined): Answer | null {
    if (length === undefined) return { status: 400, json: { message: 'Bad Content-Length: ' } }
    const size = { resource: 'ReleaseAsset', code: 'custom', field: 'size' }
    if (length === '0')
      return invalid({ ...size, message: 'size must be greater than or equal to 1' })
    if (assets.some((asset) => asset.name === name))
      return invalid({ resource: 'ReleaseAsset', code: 'already_exists', field: 'name' })
    if (assets.length < this.mostAssets) return null
    const message = `file_count limited to ${this.mostAssets} assets per release`
    return invalid({ resource: 'ReleaseAsset', code: 'custom', field: 'file_count', message })
  }

  async #give(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const fault = await this.#double.note('download asset', 0)
    if (fault === 'hang') return
    if (fault === 'reset') return void request.socket.destroy()
    if (typeof fault === 'object') return refuse(response, fault)
    if (request.headers.authorization !== undefined)
      return refuse(response, { status: 400, message: 'Only one auth mechanism allowed' })
    const asset = this.assets.find(({ id }) => url.pathname === `/storage/${id}`)
    if (!asset) return refuse(response, { status: 404 })
    this.ranges.push(request.headers.range)
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    const { length } = asset.bytes
    if (start >= length) return refuse(response, { status: 416 })
    const range = { 'content-range': `bytes ${start}-${length - 1}/${length}` }
    response.writeHead(start > 0 ? 206 : 200, {
      'content-type': 'application/octet-stream',
      'content-length': length - start,
      ...(start > 0 ? range : {}),
    })
    if (fault !== 'cut') return void response.end(asset.bytes.subarray(start))
    const half = start + Math.ceil((length - start) / 2)
    response.write(asset.bytes.subarray(start, half), () => response.destroy())
  }
}

const notFound: Answer = { status: 404, json: { message: 'Not Found' } }

function invalid(error: object): Answer {
  return { status: 422, json: { message: 'Validation Failed', errors: [error] } }
}

/** As GitHub does it: a dot for what it does not like, however long, and none at the ends. */
export function renamed(name: string): string {
  return name
    .replaceAll(/[^\w.-]+/g, '.')
    .replaceAll(/\.{2,}/g, '.')
    .replaceAll(/^\.|\.$/g, '')
}

function answerJson(response: ServerResponse, { status, json }: Answer, cut = false): void {
  const body = JSON.stringify(json)
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  response.writeHead(status, { ...headers, 'content-length': body.length })
  if (!cut) return void response.end(body)
  response.write(body.slice(0, body.length / 2), () => response.destroy())
}
