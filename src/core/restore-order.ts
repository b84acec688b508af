/** A node of the graph of references: a name, and the names that it refers to. */
export interface Referrer {
  readonly name: string
  readonly references: readonly string[]
}

/** Compares names as UTF-8 bytes, the order of docs/format.md. */
export function compareNames(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/**
 * The order in which models are loaded: strongly connected groups of references; again and again the
 * group with nothing unplaced before it whose smallest name is smallest; inside a group by name.
 * References to itself and to names that are not given don't count.
 */
export function restoreOrder(referrers: readonly Referrer[]): string[] {
  const groups = stronglyConnectedGroups(referrers)
  const groupOf = new Map<string, number>()
  groups.forEach((group, index) => group.forEach((name) => groupOf.set(name, index)))
  const waitsFor = groups.map(() => new Set<number>())
  for (const { name, references } of referrers) {
    const own = groupOf.get(name)
    if (own === undefined) continue
    for (const reference of references) {
      const other = groupOf.get(reference)
      if (other !== undefined && other !== own) waitsFor[own]?.add(other)
    }
  }
  return placeGroups(groups, waitsFor)
}

/** Ranks stand for groups: by their smallest names, so that the smallest rank comes first. */
function placeGroups(groups: string[][], waitsFor: readonly Set<number>[]): string[] {
  for (const group of groups) group.sort(compareNames)
  const ranked = [...groups.keys()].sort((a, b) =>
    compareNames(groups[a]?.[0] ?? '', groups[b]?.[0] ?? ''),
  )
  const rankOf = new Map(ranked.map((index, rank) => [index, rank]))
  const waiting = ranked.map((index) => waitsFor[index]?.size ?? 0)
  const dependents: number[][] = ranked.map(() => [])
  for (const [rank, index] of ranked.entries())
    for (const other of waitsFor[index] ?? []) dependents[rankOf.get(other) ?? rank]?.push(rank)
  const ready = [...ranked.keys()].filter((rank) => waiting[rank] === 0).reverse()
  const order: string[] = []
  for (let rank = ready.pop(); rank !== undefined; rank = ready.pop()) {
    order.push(...(groups[ranked[rank] ?? -1] ?? []))
    for (const dependent of dependents[rank] ?? []) {
      const left = (waiting[dependent] ?? 0) - 1
      waiting[dependent] = left
      if (left === 0) insertDescending(ready, dependent)
    }
  }
  return order
}

function insertDescending(sorted: number[], value: number): void {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) > value) low = middle + 1
    else high = middle
  }
  sorted.splice(low, 0, value)
}

/** Tarjan's algorithm with its own stack: a chain of ten thousand tables must not end the process. */
function stronglyConnectedGroups(referrers: readonly Referrer[]): string[][] {
  const targets = new Map(referrers.map(({ name, references }) => [name, references]))
  const indexes = new Map<string, number>()
  const lowest = new Map<string, number>()
  const open: string[] = []
  const isOpen = new Set<string>()
  const groups: string[][] = []
  for (const { name: root } of referrers) {
    if (indexes.has(root)) continue
    const visits: { name: string; next: number }[] = [{ name: root, next: 0 }]
    while (visits.length > 0) {
      const visit = visits[visits.length - 1] ?? { name: root, next: 0 }
      const { name } = visit
      if (visit.next === 0) {
        indexes.set(name, indexes.size)
        lowest.set(name, indexes.get(name) ?? 0)
        open.push(name)
        isOpen.add(name)
      }
      const target = targets.get(name)?.[visit.next]
      visit.next += 1
      if (target !== undefined) {
        if (!targets.has(target)) continue
        if (!indexes.has(target)) visits.push({ name: target, next: 0 })
        else if (isOpen.has(target)) lower(lowest, name, indexes.get(target))
        continue
      }
      visits.pop()
      const parent = visits[visits.length - 1]
      if (parent) lower(lowest, parent.name, lowest.get(name))
      if (lowest.get(name) === indexes.get(name)) groups.push(closeGroup(open, isOpen, name))
    }
  }
  return groups
}

function lower(lowest: Map<string, number>, name: string, value = Infinity): void {
  lowest.set(name, Math.min(lowest.get(name) ?? Infinity, value))
}

function closeGroup(open: string[], isOpen: Set<string>, root: string): string[] {
  const group = open.splice(open.lastIndexOf(root))
  for (const name of group) isOpen.delete(name)
  return group
}
