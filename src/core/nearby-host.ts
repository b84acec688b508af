import { BlockList, isIP } from 'node:net'

const machine = new BlockList()
machine.addSubnet('127.0.0.0', 8)
machine.addAddress('::1', 'ipv6')

const network = new BlockList()
for (const [address, bits] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const)
  network.addSubnet(address, bits)
// Unique local and link-local addresses: RFC 4193, RFC 4291.
network.addSubnet('fc00::', 7, 'ipv6')
network.addSubnet('fe80::', 10, 'ipv6')

/**
 * Whether a host is this machine, or has a name or an address that only a private network knows, where
 * a connection without encryption is usual. As in a URL: an IPv6 address may stand in brackets.
 */
export function isNearby(host: string): boolean {
  const name = plainName(host)
  if (isIP(name) !== 0) return isThisMachine(name) || isIn(network, name)
  return !name.includes('.') || /\.(internal|local|localhost)$/.test(name)
}

/** Whether nothing that is sent to the host leaves this machine. */
export function isThisMachine(host: string): boolean {
  const name = plainName(host)
  if (isIP(name) !== 0) return isIn(machine, name)
  return name === 'localhost' || name.endsWith('.localhost')
}

function isIn(list: BlockList, address: string): boolean {
  return list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

function plainName(host: string): string {
  // An IPv6 address may name its network card: fe80::1%eth0.
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/%.*/, '')
}
