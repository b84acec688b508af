import { join } from 'node:path'
import { Storage } from '@google-cloud/storage'
import type { Test } from 'tap'
import type { GcsStoreOptions } from '../../src/stores/gcs/gcs-options.js'
import { complete } from '../support/gcs-double/gcs-bucket.js'
import type { GcsDouble } from '../support/gcs-double/gcs-double.js'
import { newKeys } from '../support/gcs-double/gcs-keys.js'
import { shownElsewhere } from '../support/gcs-double/token-route.js'
import { faultProxy, type Fault } from '../support/stores/fault-proxy.js'
import { mebibyte, type GcsLab } from '../support/stores/gcs-lab.js'
import { gcsSeen } from '../support/stores/gcs-requests.js'
import { someBytes, sourceOf } from '../support/stores/sources.js'
import { allOf, on, pace, serviceFaults, type FaultRig } from './service-faults.js'
import { listed, read } from './store-contract.js'

const large = someBytes(5 * mebibyte)

function answer(status: number, reason: string, headers: object = {}): Fault {
  const errors = [{ reason, message: 'told to' }]
  const body = JSON.stringify({ error: { code: status, message: 'told to', errors } })
  return { answer: status, headers: { 'content-type': 'application/json', ...headers }, body }
}

/** How the store does where the connection to the double goes wrong. */
export function gcsFaults(t: Test, { port, keys, bucket }: GcsDouble, lab: GcsLab): void {
  const open = async (t: Test, options: Partial<GcsStoreOptions> = {}) => {
    const proxy = await faultProxy<string>(t, { port, seenOf: gcsSeen })
    const place = lab.newPlace()
    const endpoint = `http://127.0.0.1:${proxy.port}`
    const store = lab.store(place, { endpoint, pace, ...options })
    t.teardown(() => store.close())
    return {
      store,
      proxy,
      place,
      requireNothingLeft: async () => {
        t.strictSame(lab.names(place), [])
        t.strictSame(lab.begun(place), [])
      },
      replace: async (name: string, bytes: Buffer) => {
        const key = `${place}/${name}`
        complete(bucket, { key, bytes, metadata: {}, match: null, md5: undefined })
      },
      remove: async (name: string) => void bucket.objects.delete(`${place}/${name}`),
    }
  }
  const rig: FaultRig = {
    kind: 'Google',
    open,
    writes: ['head', 'begin', 'part'],
    completes: ({ part }) => part === 2,
    answer,
    busy: 'backendError',
    taken: answer(412, 'conditionNotMet'),
    grant: /storage\.objects\.get, create, delete and list on the bucket "backups"/,
  }
  serviceFaults(t, rig)

  t.test('of a part that was heard in part only the rest is sent again', async (t) => {
    const { store, proxy, requireNothingLeft } = await open(t)
    const cutRequestAfter = 3 * mebibyte + 1
    proxy.rules = [on('part', { cutRequestAfter }, { times: 1 })]
    const ranges: unknown[] = []
    const rule = on('part', { lateMs: 0 })
    const seen: typeof rule.on = (one) => {
      if (one.operation === 'part') ranges.push(one.headers['content-range'])
      return false
    }
    proxy.rules = [{ ...rule, on: seen }, ...proxy.rules]
    await store.put('object', sourceOf(large))
    t.ok((await read(store, 'object')).equals(large))
    const [first, second] = [3 * mebibyte, 4 * mebibyte]
    t.strictSame(ranges, [
      `bytes 0-${second - 1}/${large.length}`,
      `bytes ${first}-${second - 1}/${large.length}`,
      `bytes ${second}-${large.length - 1}/${large.length}`,
    ])
    await store.remove('object')
    await requireNothingLeft()
  })

  t.test('an upload that the service lost begins anew', async (t) => {
    const { store, proxy } = await open(t)
    for (const status of [404, 410]) {
      const gone = ({ part }: { part: number | null }) => part === 2
      proxy.rules = [{ on: gone, fault: answer(status, 'notFound'), times: 1 }]
      await store.put(`object-${status}`, sourceOf(large))
      t.ok((await read(store, `object-${status}`)).equals(large))
    }
    proxy.rules = [on('part', answer(410, 'gone'))]
    const message = /tried 3 times/
    await t.rejects(store.put('object', sourceOf(large)), { code: 'store-failed', message })
  })

  t.test('one that is complete, and that the service knows no more, is ours', async (t) => {
    const { store, proxy } = await open(t)
    const last = ({ part }: { part: number | null }) => part === 2
    proxy.rules = [
      { on: last, fault: 'lose answer', times: 1 },
      on('progress', answer(410, 'gone')),
    ]
    await store.put('object', sourceOf(large))
    t.ok((await read(store, 'object')).equals(large))
  })

  t.test('an upload that can not be ended is said', async (t) => {
    const { store, proxy } = await open(t)
    proxy.rules = [on('part', answer(503, 'backendError')), on('cancel', answer(403, 'forbidden'))]
    await t.rejects(store.put('object', sourceOf(large)), {
      code: 'store-failed',
      hint: /kept there for a week, unseen/,
    })
  })

  t.test('what is no answer of the service is a fault', async (t) => {
    const { store, proxy } = await open(t)
    const page = { answer: 200, body: '<html>sign in</html>' }
    proxy.rules = [on('list', page), on('head', page)]
    await t.rejects(listed(store), { code: 'store-failed', message: /not JSON/ })
    proxy.rules = [on('begin', { answer: 200, body: '' })]
    const refusal = { code: 'store-failed', message: /began no upload/ }
    await t.rejects(store.put('object', sourceOf(large)), refusal)
    const circle = { answer: 200, body: '{"nextPageToken": "x"}' }
    proxy.rules = [on('list', circle)]
    await t.rejects(listed(store), { code: 'store-failed', message: /how the list goes on/ })
  })

  t.test('what Google refuses says what to set, at once and without a secret', async (t) => {
    const wrong: [RegExp, Partial<GcsStoreOptions>, RegExp][] = [
      [/authError/, { credentials: newKeys().account }, /does not take the credentials/],
      [/bucketNotFound/, { bucket: 'nothing-here' }, /no bucket "nothing-here"/],
    ]
    for (const [message, options, hint] of wrong) {
      const { store, proxy } = await open(t, options)
      const refusal = { code: 'store-refused', message, hint }
      const asks: (() => Promise<unknown>)[] = [
        () => store.put('object', sourceOf(someBytes(10))),
        () => read(store, 'object'),
        () => listed(store),
        () => store.remove('object'),
      ]
      for (const ask of asks) {
        await t.rejects(ask(), refusal)
        const error: unknown = await ask().catch((thrown: unknown) => thrown)
        t.notMatch(allOf(error), /PRIVATE|Bearer/)
      }
      t.ok(proxy.seen.length < 20, 'nothing was tried again')
    }
    const { store, proxy } = await open(t)
    proxy.rules = [on('delete', answer(403, 'retentionPolicyNotMet'))]
    await t.rejects(store.remove('object'), { code: 'store-refused', hint: /keeps it for now/ })
  })

  t.test('where nobody answers for Google, that is said', async (t) => {
    const store = lab.store('x', { endpoint: 'http://127.0.0.1:1', pace })
    t.teardown(() => store.close())
    const message = /could not list Google .* at 127\.0\.0\.1:1: ECONNREFUSED.*tried 3 times/
    await t.rejects(listed(store), { code: 'store-failed', message })
  })

  t.test('a machine elsewhere gets a token for what it shows of itself', async (t) => {
    const { store: _, proxy, place } = await open(t)
    const folder = t.testdir({ subject: shownElsewhere, unknown: 'SECRET-0' })
    const elsewhere = (file: string) => ({
      type: 'external_account',
      audience:
        '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/a/providers/b',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      token_url: `http://127.0.0.1:${proxy.port}/v1/token`,
      credential_source: { file: join(folder, file) },
    })
    const endpoint = `http://127.0.0.1:${proxy.port}`
    const store = lab.store(place, { endpoint, pace, credentials: elsewhere('subject') })
    t.teardown(() => store.close())
    await store.put('object', sourceOf(someBytes(10)))
    await store.remove('object')
    t.equal(proxy.seen.filter((seen) => seen === 'token').length, 1, 'one token for all requests')

    const unknown = lab.store(place, { endpoint, pace, credentials: elsewhere('unknown') })
    t.teardown(() => unknown.close())
    const hint = /does not take the credentials/
    await t.rejects(listed(unknown), { code: 'store-refused', hint })
    const error: unknown = await listed(unknown).catch((thrown: unknown) => thrown)
    t.notMatch(allOf(error), /SECRET/)

    proxy.rules = [on('token', 'stall')]
    const late = { ...pace, idleMs: 200 }
    const silent = lab.store(place, { endpoint, pace: late, credentials: elsewhere('subject') })
    t.teardown(() => silent.close())
    const refusal = { code: 'store-failed', message: /no token came; tried 3 times/ }
    await t.rejects(listed(silent), refusal)
    const stop = new AbortController()
    const stopped = listed(silent, '', { signal: stop.signal })
    setImmediate(() => stop.abort())
    await t.rejects(stopped, { code: 'aborted' })
  })

  t.test('the double is one that the SDK of Google takes for the service', async (t) => {
    const apiEndpoint = `http://127.0.0.1:${port}`
    const storage = new Storage({
      credentials: { ...keys.account },
      apiEndpoint,
      useAuthWithCustomEndpoint: true,
      retryOptions: { autoRetry: false },
    })
    storage.authClient.useJWTAccessWithScope = true
    const place = lab.newPlace()
    const files = storage.bucket('backups')
    const onlyNew = { preconditionOpts: { ifGenerationMatch: 0 } }
    const whole = files.file(`${place}/whole`)
    await whole.save(large, { resumable: false, ...onlyNew, validation: 'md5' })
    await t.rejects(whole.save(large, { resumable: false, ...onlyNew }), { code: 412 })
    const chunks = files.file(`${place}/chunks`)
    const [uri] = await chunks.createResumableUpload(onlyNew)
    await chunks.save(large, { resumable: true, uri, chunkSize: mebibyte, validation: 'md5' })
    await t.rejects(chunks.createResumableUpload(onlyNew), /pre-conditions/)
    for (const file of [whole, chunks]) {
      const [bytes] = await file.download({ validation: 'md5' })
      t.ok(bytes.equals(large), file.name)
      const [part] = await file.download({ start: 5, end: 9, validation: false })
      t.ok(part.equals(large.subarray(5, 10)))
    }
    const page = { prefix: `${place}/`, maxResults: 1, autoPaginate: false }
    const [first, next] = await files.getFiles(page)
    const [second] = await files.getFiles(next ?? page)
    t.strictSame(
      [...first, ...second].map(({ name }) => name),
      [chunks.name, whole.name],
    )
    const store = lab.store(place)
    t.teardown(() => store.close())
    t.ok((await read(store, 'chunks')).equals(large), 'and its objects are ours')
    await whole.delete()
    await t.rejects(whole.getMetadata(), { code: 404 })
  })
}
