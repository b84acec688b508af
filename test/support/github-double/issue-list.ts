import type { Answer } from './git-data-routes.js'

export interface StoredIssue {
  readonly number: number
  readonly title: string
  readonly body: string
  readonly labels: readonly string[]
  state: string
  readonly comments: string[]
}

interface IssueRequest {
  readonly method: string
  /** Below `/repos/OWNER/NAME`. */
  readonly path: string
  readonly query: URLSearchParams
  readonly body: Record<string, unknown>
}

/** The issues of the double's repository. */
export class IssueList {
  readonly all: StoredIssue[] = []
  /** Null: they may be written. */
  refusal: { readonly status: number; readonly message: string } | null = null
  mayLabel = true

  kindOf(method: string, path: string): string | null {
    if (!path.startsWith('/issues')) return null
    if (method === 'GET') return 'list issues'
    if (method === 'PATCH') return 'update issue'
    return path.endsWith('/comments') ? 'create comment' : 'create issue'
  }

  answer(request: IssueRequest): Answer | null {
    const kind = this.kindOf(request.method, request.path)
    if (kind === null) return null
    if (this.refusal) return { status: this.refusal.status, json: { ...this.refusal } }
    if (kind === 'list issues') return { status: 200, json: this.#list(request.query) }
    if (kind === 'create issue') return this.#create(request.body)
    const issue = this.all[Number(/\d+/.exec(request.path)?.[0]) - 1]
    if (!issue) return { status: 404, json: { message: 'Not Found' } }
    if (kind === 'create comment') issue.comments.push(String(request.body['body']))
    else issue.state = String(request.body['state'])
    return { status: 201, json: shown(issue) }
  }

  #list(query: URLSearchParams): object[] {
    const perPage = Number(query.get('per_page') ?? 30)
    const start = (Number(query.get('page') ?? 1) - 1) * perPage
    const open = this.all.filter(({ state }) => state === query.get('state')).toReversed()
    return open.slice(start, start + perPage).map(shown)
  }

  #create(body: Record<string, unknown>): Answer {
    const labels = Array.isArray(body['labels']) ? body['labels'].map(String) : []
    if (labels.length > 0 && !this.mayLabel)
      return { status: 403, json: { message: 'You do not have permission to create labels' } }
    return {
      status: 201,
      json: shown(this.add(String(body['title']), String(body['body']), labels)),
    }
  }

  add(title: string, body: string, labels: readonly string[] = []): StoredIssue {
    const number = this.all.length + 1
    const issue = { number, title, body, labels, state: 'open', comments: [] }
    this.all.push(issue)
    return issue
  }
}

function shown({ number, title, body, state }: StoredIssue): object {
  return { number, title, body, state, html_url: `https://github.com/lab/backups/issues/${number}` }
}
