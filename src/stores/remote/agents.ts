import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Pace } from './pace.js'

/**
 * Keeps connections to one service for the next request, ends those on which nothing moves and those that
 * do not come about, and all with `destroy`.
 */
export function patientAgent(endpoint: string, { connectMs, idleMs }: Pace): HttpAgent {
  const options = { keepAlive: true, timeout: idleMs }
  const agent = endpoint.startsWith('http:') ? new HttpAgent(options) : new HttpsAgent(options)
  const create = agent.createConnection.bind(agent)
  agent.createConnection = (options, callback) => {
    const connection = create(options, callback)
    const end = (why: string): void => {
      connection?.destroy(Object.assign(new Error(why), { code: 'ETIMEDOUT' }))
    }
    const connecting = setTimeout(() => end('no connection came about'), connectMs)
    connection?.once('timeout', () => end('nothing moved on the connection'))
    for (const event of ['connect', 'close'])
      connection?.once(event, () => clearTimeout(connecting))
    return connection
  }
  return agent
}
