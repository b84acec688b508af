import type { ServerAddress } from '../../../core/server-address.js'

/** For the programs of PostgreSQL: without the password. What is not given stays as pg_dump has it. */
export function connectionText(address: ServerAddress): string {
  const { host, port, user, database, sslMode, rootCert, clientCert, clientKey } = address
  const parts: readonly (readonly [string, string | undefined])[] = [
    ['host', host],
    ['port', String(port)],
    ['user', user],
    ['dbname', database],
    ['sslmode', sslMode],
    ['sslrootcert', rootCert],
    ['sslcert', clientCert],
    ['sslkey', clientKey],
    ['connect_timeout', '20'],
  ]
  return parts
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${quoteValue(value)}`]))
    .join(' ')
}

function quoteValue(value: string): string {
  return `'${value.replace(/[\\']/g, '\\$&')}'`
}
