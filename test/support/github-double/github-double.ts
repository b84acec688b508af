import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { join } from 'node:path'
import { BareRepository } from './bare-repository.js'
import { answer, kindOf, type Answer } from './git-data-routes.js'
import { IssueList } from './issue-list.js'
import { ReleaseHost } from './release-host.js'
import { nodeId } from './update-refs.js'

export interface Call {
  /** From 1. */
  readonly number: number
  /** `get ref`, `create blob`, … */
  readonly kind: string
  /** Of what was sent with it. */
  readonly bytes: number
}

export type Fault =
  | {
      readonly status: number
      readonly message?: string
      readonly headers?: Record<string, string>
    }
  /** The connection breaks before anything is done. */
  | 'reset'
  /** What was asked is done, and the answer is lost. */
  | 'lost'
  /** The answer breaks off in its middle. */
  | 'cut'
  /** No answer ever comes. */
  | 'hang'

export interface Plan {
  /** Asked at every call; what it returns happens in place of the answer. May write in between. */
  (call: Call): Fault | undefined | Promise<Fault | undefined>
}

/** GitHub as far as an archive goes: one repository, real git below it, faults on demand. */
export class GitHubDouble {
  readonly repository: BareRepository
  readonly name = 'lab/backups'
  readonly token = 'token-that-may-write'
  readonly calls: Call[] = []
  readonly issues = new IssueList()
  readonly releases: ReleaseHost
  visibility: 'private' | 'public' | 'internal' = 'private'
  plan: Plan | undefined
  readonly #server: Server
  url = ''

  private constructor(repository: BareRepository) {
    this.repository = repository
    this.releases = new ReleaseHost(this)
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        response.writeHead(500, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ message: `the double failed: ${String(error)}` }))
      })
    })
  }

  /** With one commit on `main`, as a repository has that was made with a README. */
  static async start(folder: string, { empty = false } = {}): Promise<GitHubDouble> {
    const repository = await BareRepository.create(join(folder, 'backups.git'))
    if (!empty) await repository.commitFiles('main', { 'README.md': '# Backups of the lab\n' })
    const double = new GitHubDouble(repository)
    await new Promise<void>((resolve) => double.#server.listen(0, '127.0.0.1', resolve))
    const address = double.#server.address()
    if (typeof address === 'object' && address) double.url = `http://127.0.0.1:${address.port}`
    await double.releases.start()
    return double
  }

  async stop(): Promise<void> {
    await this.releases.stop()
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url)
    const method = request.method ?? 'GET'
    const { bytes, body } = await readBody(request)
    const prefix = `/repos/${this.name}`
    const ours = url.pathname === '/graphql' || url.pathname.startsWith(prefix)
    const path = decodeURIComponent(url.pathname.replace(prefix, ''))
    const kind =
      this.issues.kindOf(method, path) ?? this.releases.kindOf(method, path) ?? kindOf(method, path)
    const fault = await this.note(kind, bytes)
    if (fault === 'hang') return
    if (fault === 'reset') return void request.socket.destroy()
    if (typeof fault === 'object') return refuse(response, fault)
    if (!ours) return refuse(response, { status: 404 })
    const refusal = this.refusal(request, method)
    if (refusal) return refuse(response, refusal)
    const accept = request.headers.accept ?? ''
    const answered =
      path === ''
        ? { status: 200, json: this.#settings() }
        : (this.issues.answer({ method, path, query: url.searchParams, body }) ??
          (await this.releases.answer({ method, path, query: url.searchParams, accept, body })) ??
          (await answer(this.repository, { method, path, query: url.searchParams, accept, body })))
    if (fault === 'lost') return void request.socket.destroy()
    send(response, answered, fault === 'cut')
  }

  /** Notes a call, and asks the plan what is to happen. */
  async note(kind: string, bytes: number): Promise<Fault | undefined> {
    const call = { number: this.calls.length + 1, kind, bytes }
    this.calls.push(call)
    return this.plan?.(call)
  }

  /** What this token may not do; null for nothing. */
  refusal(request: IncomingMessage, method: string): (Fault & object) | null {
    const token = request.headers.authorization?.replace(/^(token|bearer) /i, '')
    if (token === 'token-that-may-read' && method !== 'GET')
      return { status: 403, message: 'Resource not accessible by integration' }
    if (token === 'token-that-may-read' || token === this.token) return null
    return { status: 401, message: 'Bad credentials' }
  }

  #settings(): object {
    const { visibility, name } = this
    const isPrivate = visibility !== 'public'
    const names = { full_name: name, node_id: nodeId, default_branch: 'main' }
    return { ...names, private: isPrivate, visibility }
  }
}

async function readBody(
  request: IncomingMessage,
): Promise<{ readonly bytes: number; readonly body: Record<string, unknown> }> {
  const pieces: Buffer[] = []
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece)
  const text = Buffer.concat(pieces).toString('utf8')
  const body = text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  return { bytes: Buffer.byteLength(text), body }
}

export function refuse(response: ServerResponse, fault: Fault & object): void {
  const { status, message = 'Not Found', headers = {} } = fault
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers })
  response.end(JSON.stringify({ message, documentation_url: 'https://docs.github.com/rest' }))
}

function send(response: ServerResponse, answer: Answer, cut: boolean): void {
  const { status, json, raw, location } = answer
  if (location !== undefined) response.setHeader('location', location)
  if (raw === undefined && json === undefined) return void response.writeHead(status).end()
  const type = raw ? 'application/vnd.github.v3.raw' : 'application/json'
  const body = raw ?? Buffer.from(JSON.stringify(json))
  response.writeHead(status, {
    'content-type': `${type}; charset=utf-8`,
    'content-length': body.length,
  })
  if (!cut) return void response.end(body)
  response.write(body.subarray(0, body.length / 2), () => response.destroy())
}
