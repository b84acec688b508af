import t from 'tap'
import { maskSaid } from '../../src/core/mask-said.js'

const secret = 'SECRET/with+signs='
const sealed = encodeURIComponent(secret)

t.test('what a server repeats of a request is shown without its credentials', async (t) => {
  const token = `ghp_${'x1'.repeat(18)}`
  for (const said of [
    `no ${secret}, ${sealed} or ${JSON.stringify({ a: secret })}`,
    'authorization: AWS4-HMAC-SHA256 Credential=ID/SECRET, SignedHeaders=host, Signature=SECRET',
    'you sent {"host":"a","authorization":"Basic SECRET","x-amz-security-token":"SECRET"}',
    String.raw`you sent {\"Authorization\":\"Basic SECRET\",\"accept\":\"*\"}`,
    '[["authorization","SharedKey account:SECRET"],["x-ms-date","today"]]',
    '<Authorization>Basic SECRET</Authorization><SignatureProvided>SECRET</SignatureProvided>',
    'Proxy-Authorization: Basic SECRET\r\ncookie: id=SECRET; b=SECRET',
    'x-amz-security-token: SECRET',
    'GET /b?X-Amz-Signature=SECRET&X-Amz-Security-Token=SECRET&X-Amz-Credential=SECRET%2F20261122',
    'https://lab.blob.example.org/c/n?sv=2026&sig=SECRET%3D&se=1',
    'https://me:SECRET@proxy.example.org/ refused it',
    'at %2Fb%3Fsv%3D1%26sig%3DSECRET',
    'AWSAccessKeyId=SECRET&Signature=SECRET',
    'Bearer SECRET was refused',
    'token SECRET_0123 was refused',
    'SharedKey account:SECRET',
    `${token.replaceAll('x1', 'SECRET')} and ya29.SECRET-0123456789`,
    'access_token=SECRET&upload_id=SECRET',
  ]) {
    const shown = maskSaid(said, [secret])
    t.notMatch(shown, /SECRET/, said)
    t.match(shown, /\*\*\*/, said)
  }
  t.match(maskSaid('Basic SECRET of Authorization: Basic x', ['SECRET']), 'Basic *** of')
})

t.test('what tells a person what is wrong stays', async (t) => {
  for (const said of [
    'The authorization header is malformed; the region "a" is wrong; expecting "b"',
    'The request signature we calculated does not match the signature you provided.',
    'Bearer token is not valid',
    'The provided token has expired.',
    'Resource not accessible by personal access token',
    'getaddrinfo ENOTFOUND account.blob.example.org',
    'see https://docs.example.org/a?b=c#d',
    'The specified key does not exist: lab/a.json.gz',
  ])
    t.equal(maskSaid(said, ['']), said)
})

t.test(
  'it is one line, and ends after 300 characters, of which none is half a secret',
  async (t) => {
    t.equal(maskSaid(' a\r\n\tb ', []), 'a b')
    const shown = maskSaid(`${'x'.repeat(296)} SECRET${'y'.repeat(1_000_000)}`, [
      `SECRET${'y'.repeat(1_000_000)}`,
    ])
    t.equal(shown, `${'x'.repeat(296)} ***`)
    t.equal(maskSaid('x'.repeat(400), []).length, 301)
    t.equal(maskSaid(`the ${'token '.repeat(200_000)}`, ['a'])?.length, 301, 'and soon')
  },
)
