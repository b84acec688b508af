import { isIP } from 'node:net'

/**
 * What is taken for one sender: an IPv4 address, or a /64 of IPv6, which one subscriber has whole. What
 * is no address (a unix socket, a header that somebody made up) is one group, so that no text of a
 * client is kept.
 */
export function addressGroup(address: string | undefined): string {
  const plain = (address ?? '').replace(/%.*$/s, '').replace(/^::ffff:(?=\d+\.)/i, '')
  const kind = isIP(plain)
  if (kind === 4) return plain
  return kind === 6 ? `${network(plain)}::/64` : 'no address'
}

/** The first four of the eight groups, `::` written out and leading zeros gone. */
function network(address: string): string {
  const [head = '', tail] = address.split('::')
  const before = groups(head)
  const after = groups(tail ?? '')
  const between = tail === undefined ? 0 : 8 - before.length - after.length
  const all = [...before, ...Array<string>(between).fill('0'), ...after]
  return all
    .slice(0, 4)
    .map((group) => parseInt(group, 16).toString(16))
    .join(':')
}

function groups(part: string): string[] {
  // An IPv4 address at the end stands for two groups, which are never among the first four.
  return part === '' ? [] : part.replace(/[\d.]+\.\d+$/, '0:0').split(':')
}
