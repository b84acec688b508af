import type { Test } from 'tap'
import type { AzureStoreOptions } from '../../src/stores/azure/azure-options.js'
import { azureSeen } from '../support/stores/azure-requests.js'
import type { AzureLab } from '../support/stores/azure-lab.js'
import { faultProxy, type Fault } from '../support/stores/fault-proxy.js'
import { someBytes, sourceOf } from '../support/stores/sources.js'
import { allOf, on, pace, serviceFaults, type FaultRig } from './service-faults.js'
import { listed, read } from './store-contract.js'

const answer = (status: number, code: string, headers: object = {}): Fault => ({
  answer: status,
  code,
  headers: { 'x-ms-error-code': code, ...headers },
})

/** How the store does where the connection to a real Azurite goes wrong. */
export function azureFaults(t: Test, port: number, lab: AzureLab): void {
  const open = async (t: Test, options: Partial<AzureStoreOptions> = {}) => {
    const proxy = await faultProxy<string>(t, { port, seenOf: azureSeen })
    const place = lab.newPlace()
    const store = lab.store(place, { endpoint: lab.endpoint(proxy.port), pace, ...options })
    t.teardown(() => store.close())
    const blob = (name: string) => lab.container.getBlockBlobClient(`${place}/${name}`)
    return {
      store,
      proxy,
      place,
      requireNothingLeft: async () => void t.strictSame(await lab.names(place), []),
      replace: async (name: string, bytes: Buffer) =>
        void (await blob(name).upload(bytes, bytes.length)),
      remove: async (name: string) => void (await blob(name).deleteIfExists()),
    }
  }
  const rig: FaultRig = {
    kind: 'Azure',
    open,
    writes: ['head', 'part', 'commit'],
    completes: ({ operation }) => operation === 'commit',
    answer,
    busy: 'ServerBusy',
    taken: answer(409, 'BlobAlreadyExists'),
    grant: /read, create, write, delete and list blobs in the container "backups"/,
  }
  serviceFaults(t, rig)

  t.test(
    'blocks of a put that was stopped show in no list, and go with the next put',
    async (t) => {
      const { store, place } = await open(t)
      const stop = new AbortController()
      const source = sourceOf(someBytes(5 * 1024 * 1024), (number) => {
        if (number === 16) stop.abort()
      })
      const call = { signal: stop.signal }
      await t.rejects(store.put('object', source, call), { code: 'aborted' })
      t.strictSame(
        await lab.begun(place),
        [`${place}/object`],
        'the service keeps them for a while',
      )
      t.strictSame(await listed(store), [])
      await t.rejects(read(store, 'object'), { code: 'not-found' })
      await store.put('object', sourceOf(someBytes(10)))
      const { uncommittedBlocks } = await lab.container
        .getBlockBlobClient(`${place}/object`)
        .getBlockList('all')
      t.strictSame(uncommittedBlocks ?? [], [])
    },
  )

  t.test('an upload whose blocks another did away with is no object', async (t) => {
    const { store, proxy, requireNothingLeft } = await open(t)
    proxy.rules = [on('commit', answer(400, 'InvalidBlockList'))]
    const refusal = { code: 'store-failed', message: /InvalidBlockList/ }
    await t.rejects(store.put('object', sourceOf(someBytes(1_000))), refusal)
    await requireNothingLeft()
  })

  t.test('what Azure refuses says what to set, at once and without a secret', async (t) => {
    const other = Buffer.from('SECRET-0').toString('base64')
    const signature = 'sv=2024-11-04&sp=r&sig=U0VDUkVU'
    const wrong: [string, Partial<AzureStoreOptions>, RegExp][] = [
      ['Auth', { access: { key: other } }, /not be right for this account/],
      ['Auth', { access: { signature } }, /not be right for this account/],
      ['ContainerNotFound', { container: 'nothing-here' }, /no container "nothing-here"/],
    ]
    for (const [code, options, hint] of wrong) {
      const { store, proxy } = await open(t, options)
      const refusal = { code: 'store-refused', message: new RegExp(code), hint }
      const asks: (() => Promise<unknown>)[] = [
        () => store.put('object', sourceOf(someBytes(10))),
        () => read(store, 'object'),
        () => listed(store),
        () => store.remove('object'),
      ]
      for (const ask of asks) {
        await t.rejects(ask(), refusal)
        const error: unknown = await ask().catch((thrown: unknown) => thrown)
        t.notMatch(allOf(error), new RegExp(`${other}|U0VDUkVU|SharedKey`))
      }
      t.ok(proxy.seen.length < 20, 'nothing was tried again')
    }
    const { store, proxy } = await open(t)
    await store.put('object', sourceOf(someBytes(10)))
    proxy.rules = [on('list', answer(403, 'AuthenticationFailed'))]
    await t.rejects(listed(store), { code: 'store-refused', hint: /signature has expired/ })
    proxy.rules = [on('delete', answer(409, 'BlobImmutableDueToPolicy'))]
    const kept = { code: 'store-refused', hint: /keeps it for now/ }
    await t.rejects(store.remove('object'), kept, 'a rule of the container')
  })

  t.test('where nobody answers for Azure, that is said', async (t) => {
    const store = lab.store('x', { endpoint: 'http://127.0.0.1:1/lab', pace })
    t.teardown(() => store.close())
    const message = /could not list Azure .* at 127\.0\.0\.1:1: ECONNREFUSED.*tried 3 times/
    await t.rejects(listed(store), { code: 'store-failed', message })
  })
}
