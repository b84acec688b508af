import type { FastifyReply } from 'fastify'
import { onAnswerOver } from './on-answer-over.js'

/** Counts the answers that are not yet sent to their end, so that a shutdown can wait for them. */
export class OpenAnswers {
  #open = 0
  #onNone: (() => void)[] = []

  add(reply: FastifyReply): void {
    this.#open += 1
    onAnswerOver(reply, () => {
      this.#open -= 1
      if (this.#open > 0) return
      for (const resolve of this.#onNone) resolve()
      this.#onNone = []
    })
  }

  none(): Promise<void> {
    if (this.#open === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#onNone.push(resolve)
    })
  }
}
