import { readFileSync } from 'node:fs'
import type { ConnectionOptions } from 'node:tls'
import { OctavoError } from '../../../core/errors.js'
import { messageOf } from '../../../core/message-of.js'
import type { ServerAddress } from '../../../core/server-address.js'

/**
 * What TLS is to check, as libpq has it: `require` encrypts and looks at no certificate unless a root
 * certificate is named; `verify-ca` checks who signed it, `verify-full` the name of the host too.
 */
export function tlsOptions(address: ServerAddress): ConnectionOptions {
  const { sslMode, rootCert, clientCert, clientKey } = address
  const checked = sslMode.startsWith('verify') || (sslMode === 'require' && rootCert !== undefined)
  return {
    rejectUnauthorized: checked,
    ...(checked && sslMode !== 'verify-full' && { checkServerIdentity: () => undefined }),
    // `system` is libpq's word for what the machine trusts, which is the default here.
    ...(rootCert !== undefined && rootCert !== 'system' && { ca: pem(rootCert, 'sslrootcert') }),
    ...(clientCert !== undefined && { cert: pem(clientCert, 'sslcert') }),
    ...(clientKey !== undefined && { key: pem(clientKey, 'sslkey') }),
  }
}

function pem(path: string, parameter: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new OctavoError(
      'usage',
      `the file that ${parameter} names could not be read: ${messageOf(error)}`,
      { cause: error, hint: `Correct ${parameter} in the address of the database.` },
    )
  }
}
