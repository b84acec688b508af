import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { send } from './gcs-bucket.js'
import type { GcsKeys } from './gcs-keys.js'

/** What a machine elsewhere shows of itself, to get a token of Google for it. */
export const shownElsewhere = 'octavo-test-subject'

/** Exchanges that for a token, as Google's token service does. */
export async function tokenRoute(
  { tokens }: GcsKeys,
  asked: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  const form = new URLSearchParams(await text(asked))
  const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange'
  if (form.get('grant_type') !== exchange || form.get('subject_token') !== shownElsewhere)
    return send(answer, 400, {
      error: 'invalid_grant',
      error_description: 'The subject is unknown.',
    })
  const token = randomBytes(16).toString('hex')
  tokens.add(token)
  send(answer, 200, {
    access_token: token,
    issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    token_type: 'Bearer',
    expires_in: 3600,
  })
}
