import { createServer, type IncomingMessage } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import t, { type Test } from 'tap'
import { OctavoError } from '../../src/core/errors.js'
import type { Store } from '../../src/core/store.js'
import { azureStore } from '../../src/stores/azure-store.js'
import { gcsStore } from '../../src/stores/gcs-store.js'
import { gitHubBranchStore } from '../../src/stores/github-branch-store.js'
import { gitHubReleaseStore } from '../../src/stores/github-release-store.js'
import { s3Store } from '../../src/stores/s3-store.js'
import { newKeys } from '../support/gcs-double/gcs-keys.js'
import { quickClock as clock } from '../support/stores/quick-clock.js'
import { sourceOf } from '../support/stores/sources.js'
import { listed, read } from './store-contract.js'

const accessKeyId = 'AN-ID-OF-THE-LAB'
const secretAccessKey = 'a/secret+of/the=lab'
const sessionToken = 'a-session+of/the-lab=='
const accountKey = Buffer.from('the key of the account').toString('base64')
const sig = 'a+signature/of=the-lab'
const token = 'a-token-of-the-lab'

/** A server that answers with what it was asked, and with the credentials of every store. */
interface Echo {
  readonly port: number
  /** Signatures and tokens of the requests. */
  readonly carried: Set<string>
}

type Answer = (said: string) => { readonly type: string; readonly body: string }

const xml = (said: string) => said.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
const answers: Record<string, Answer> = {
  xml: (said) => ({
    type: 'application/xml',
    body: `<Error><Code>AccessDenied</Code><Message>you sent ${xml(said)}</Message></Error>`,
  }),
  json: (said) => ({
    type: 'application/json',
    body: JSON.stringify({ message: said, error: { message: said, errors: [{ reason: said }] } }),
  }),
  text: (said) => ({ type: 'text/plain', body: said }),
}

function carriedBy({ headers, url = '' }: IncomingMessage): string[] {
  const { authorization = '', 'x-amz-security-token': session } = headers
  const parts = [...authorization.matchAll(/(?:Signature=|Bearer |token |:)([^\s,]+)/g)]
  const signed = new URL(url, 'http://host').searchParams.get('sig')
  return [...parts.map(([, part]) => part), session, signed].flatMap((one) => one ?? []).flat()
}

async function echo(t: Test, status: number, answer: Answer): Promise<Echo> {
  const carried = new Set<string>()
  const server = createServer((request, response) => {
    for (const one of carriedBy(request)) carried.add(one)
    const own = [accessKeyId, secretAccessKey, sessionToken, accountKey, sig, token]
    const said = `${JSON.stringify(request.headers)}\n${request.rawHeaders.join(': ')} ${request.url} ${own.join(' ')}`
    const { type, body } = answer(said)
    response.writeHead(status, { 'content-type': type }).end(body)
    request.resume()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, carried } // it listens on TCP
}

const account = newKeys().account
const pace = { attempts: 1 }
const gitHub = (port: number) => ({
  name: 'github',
  repository: 'lab/backups',
  token,
  apiUrl: `http://127.0.0.1:${port}`,
  sealed: true,
  allowPublic: true,
  clock,
  pace: { throttled: false, retries: 0, callMs: 20_000 },
})
const azure = { name: 'azure', account: 'lab', container: 'backups', clock, pace }
const bucket = { bucket: 'backups', clock, pace }
const stores: Record<string, (port: number) => Store> = {
  s3: (port) =>
    s3Store({
      ...bucket,
      name: 's3',
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      accessKeyId,
      secretAccessKey,
      sessionToken,
    }),
  'azure with a key': (port) =>
    azureStore({
      ...azure,
      endpoint: `http://127.0.0.1:${port}/lab`,
      access: { key: accountKey },
    }),
  'azure with a signature': (port) =>
    azureStore({
      ...azure,
      endpoint: `http://127.0.0.1:${port}/lab`,
      access: { signature: `?sv=2026-11-22&sig=${encodeURIComponent(sig)}&se=1` },
    }),
  gcs: (port) =>
    gcsStore({
      ...bucket,
      name: 'gcs',
      endpoint: `http://127.0.0.1:${port}`,
      credentials: account,
    }),
  'a branch': (port) => gitHubBranchStore({ ...gitHub(port), branch: 'kept', prefix: 'lab' }),
  'a release': (port) => gitHubReleaseStore({ ...gitHub(port), tag: 'backups' }),
}

/** What each was opened with. */
const opened: Record<string, readonly string[]> = {
  s3: [accessKeyId, secretAccessKey, sessionToken],
  'azure with a key': [accountKey],
  'azure with a signature': [sig],
  'a branch': [token],
  'a release': [token],
}

/** What of an error reaches a log, the catalog, an answer or a person. */
function allOf(error: unknown): string {
  return inspect(error, { depth: 20, showHidden: true, maxStringLength: null })
}

for (const [kind, open] of Object.entries(stores))
  t.test(`${kind}: what a server repeats of a request reaches nobody`, async (t) => {
    for (const [form, answer] of Object.entries(answers))
      for (const status of [401, 403, 422, 500]) {
        const { port, carried } = await echo(t, status, answer)
        const store = open(port)
        for (const call of [
          () => store.put('object', sourceOf(Buffer.from('bytes'))),
          () => read(store, 'object'),
          () => listed(store),
          () => store.remove('object'),
        ]) {
          const error: unknown = await call().catch((thrown: unknown) => thrown)
          const shown = allOf(error)
          const what = `${form} ${status}: `
          t.type(error, OctavoError)
          t.ok(error instanceof OctavoError && error.message.length < 700, what + String(error))
          for (const secret of [...(opened[kind] ?? []), ...carried]) {
            t.notOk(shown.includes(secret), what + secret)
            t.notOk(shown.includes(encodeURIComponent(secret)), what + secret)
          }
        }
        t.ok(carried.size > 0, 'something was sent that must not be seen')
        await store.close()
      }
  })
