import { BlockList, isIP } from 'node:net'

/** The names that a list may hold, as `@fastify/proxy-addr` has them. */
const named: Readonly<Record<string, readonly string[]>> = {
  loopback: ['127.0.0.0/8', '::1/128'],
  linklocal: ['169.254.0.0/16', 'fe80::/10'],
  uniquelocal: ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', 'fc00::/7'],
}

/** Says for an address whether it may name, in `X-Forwarded-For`, whom it speaks for. */
export type Trust = (address: string | undefined) => boolean

/**
 * What Fastify takes as `trustProxy`. By its own reading of a list the other end of a unix socket, which
 * has no address, would never be among it; only this user can connect to one, so it is the app.
 */
export function trustedProxies(given: boolean | readonly string[]): boolean | Trust {
  if (typeof given === 'boolean') return given
  const list = new BlockList()
  for (const range of given.flatMap((one) => named[one] ?? [one])) {
    const [address = '', bits] = range.split('/')
    const family = familyOf(address)
    if (bits === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(bits), family)
  }
  return (address) => address === undefined || isListed(list, address)
}

function isListed(list: BlockList, address: string): boolean {
  return isIP(address) !== 0 && list.check(address, familyOf(address))
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 4 ? 'ipv4' : 'ipv6'
}
