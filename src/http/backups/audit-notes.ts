import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Audit, AuditEntry } from '../../core/access.js'
import { errorTable } from '../../core/error-table.js'
import { asOctavoError, OctavoError } from '../../core/errors.js'
import { callerOf, type KeyHook } from '../bearer-key.js'

/** What a request asks for, as the audit trail has it. */
export type Asked = Pick<AuditEntry, 'action' | 'subject'>

/** Who asks, and from where. */
export type Call = Pick<AuditEntry, 'who' | 'from'>

export function callOf(request: FastifyRequest): Call {
  return { who: callerOf(request).name, from: request.ip }
}

export type Ended = Pick<AuditEntry, 'outcome' | 'detail'>

/** Notes in the audit trail what callers ask for, and what becomes of it. */
export class AuditNotes {
  readonly #audit: Audit | undefined

  constructor(audit: Audit | undefined) {
    this.#audit = audit
  }

  async note(call: Call, asked: Asked, ended: Ended): Promise<void> {
    await this.#audit?.({ ...call, ...asked, ...ended })
  }

  /** The hook of a key, where a caller without the scope is noted before the refusal goes out. */
  guard(
    app: FastifyInstance,
    withKey: KeyHook,
    asked: (request: FastifyRequest) => Asked,
  ): KeyHook {
    return (request, reply, done) =>
      withKey.call(app, request, reply, (error?: Error) => {
        if (!(error instanceof OctavoError) || error.code !== 'scope-missing') return done(error)
        this.note(callOf(request), asked(request), endedWith(error)).then(() => done(error), done)
      })
  }

  /** Does what is done at once, and notes it however it ends. */
  async during<T>(call: Call, asked: Asked, work: () => Promise<T>): Promise<T> {
    const result = await this.unlessRefused(call, asked, work)
    await this.note(call, asked, { outcome: 'done', detail: null })
    return result
  }

  /** Notes only what keeps it from being begun: how it ends is noted by whoever sees that. */
  async unlessRefused<T>(call: Call, asked: Asked, work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (thrown) {
      await this.note(call, asked, endedWith(asOctavoError(thrown)))
      throw thrown
    }
  }
}

/** Refused is what was not begun, for a reason that lies with whoever asked. */
function endedWith({ code, message }: OctavoError): Ended {
  const outcome = errorTable[code].status < 500 ? 'refused' : 'failed'
  return { outcome, detail: `${code}: ${message}` }
}
