import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { passwordOf } from './memory-desk.js'

const form = { 'content-type': 'application/x-www-form-urlencoded' }

/** Somebody with a browser that has no script: it keeps cookies, and sends the forms of its last page. */
export class Visitor {
  readonly #app: FastifyInstance
  readonly cookies = new Map<string, string>()
  /** What the last page gave for its forms. */
  csrf = ''

  constructor(app: FastifyInstance) {
    this.#app = app
  }

  async get(url: string): Promise<LightMyRequestResponse> {
    return this.#kept(await this.#app.inject({ url, headers: this.#headers() }))
  }

  async post(
    url: string,
    fields: Record<string, string | string[]> = {},
  ): Promise<LightMyRequestResponse> {
    const words = new URLSearchParams({ _csrf: this.csrf })
    for (const [name, value] of Object.entries(fields))
      for (const one of [value].flat()) words.append(name, one)
    const headers = { ...form, ...this.#headers() }
    return this.#kept(
      await this.#app.inject({ method: 'POST', url, headers, payload: words.toString() }),
    )
  }

  /** The page that a redirect leads to. */
  async follow(answer: LightMyRequestResponse): Promise<LightMyRequestResponse> {
    return this.get(String(answer.headers['location']))
  }

  async logIn(name: string, base = '/admin'): Promise<this> {
    await this.get(`${base}/log-in`)
    const answer = await this.post(`${base}/log-in`, { name, password: passwordOf(name) })
    if (answer.statusCode !== 303) throw new Error(`no login: ${answer.statusCode} ${answer.body}`)
    await this.follow(answer)
    return this
  }

  #headers(): Record<string, string> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    return cookie === '' ? {} : { cookie }
  }

  #kept(answer: LightMyRequestResponse): LightMyRequestResponse {
    for (const { name, value } of answer.cookies) {
      if (value === '') this.cookies.delete(name)
      else this.cookies.set(name, encodeURIComponent(value))
    }
    this.csrf = /name="_csrf" value="([^"]+)"/.exec(answer.body)?.[1] ?? this.csrf
    return answer
  }
}
