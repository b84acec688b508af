import t from 'tap'
import { openStores } from '../../src/main/backups/open-stores.js'

t.test('a store on S3 is opened without a warning about the version of Node', async (t) => {
  const warnings: string[] = []
  const onWarning = (warning: Error): void => void warnings.push(warning.message)
  process.on('warning', onWarning)
  t.teardown(() => process.off('warning', onWarning))
  const [opened] = await openStores([
    {
      kind: 's3',
      name: 'offsite',
      bucket: 'backups',
      region: 'eu-central-1',
      // Where nobody listens.
      endpoint: 'http://127.0.0.1:1',
      prefix: '',
      forcePathStyle: true,
      accessKeyId: 'key',
      secretAccessKey: 'secret',
      sessionToken: undefined,
      policy: { last: 8 },
    },
  ])
  const stop = new AbortController()
  const list = async (): Promise<void> => {
    for await (const _ of opened?.store.list('', { signal: stop.signal }) ?? []) t.fail('it listed')
  }
  const asking = list()
  // The client is made before the request, and this before its answer.
  await import('@aws-sdk/client-s3')
  await new Promise((resolve) => setImmediate(resolve))
  stop.abort()
  await t.rejects(asking, { code: 'aborted' })
  await new Promise((resolve) => setImmediate(resolve))
  t.strictSame(warnings, [])
  await opened?.store.close()
})
