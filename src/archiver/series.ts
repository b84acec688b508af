import type { Manifest } from './manifest.js'

/** What people call the database of a backup: `shop (prod)`. */
export function databaseTitle({ database: { name, label } }: Pick<Manifest, 'database'>): string {
  return label === '' ? name : `${name} (${label})`
}

type Of = Pick<Manifest, 'database' | 'source'>

/**
 * Backups count, and push each other out, within a series: of one name and label, from one service. Two
 * apps may call their databases the same, and a copy under another label must not push out the backups
 * of the real one. A backup that does not say its source is of the only series of its title among `all`;
 * where it may be of several it pushes out none of them, and none pushes it out.
 */
export function seriesNamer(all: readonly Of[]): (backup: Of) => string {
  const sources = new Map<string, Set<string>>()
  for (const { source, ...backup } of all)
    if (source !== null) {
      const title = databaseTitle(backup)
      sources.set(title, (sources.get(title) ?? new Set()).add(source))
    }
  return (backup) => {
    const title = databaseTitle(backup)
    const known = [...(sources.get(title) ?? [])]
    const source = backup.source ?? (known.length === 1 ? known[0] : undefined)
    if (source !== undefined) return `${title} of ${source}`
    return known.length === 0 ? title : `${title} of an unknown service`
  }
}

/**
 * Where the exports come from, without a secret: the host, and the path before ours. Null for this
 * machine, whose ports say nothing: a tunnel has another one each time.
 */
export function sourceOf({ host, hostname, pathname }: URL): string | null {
  if (hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')) return null
  return `${host}${pathname.replace(/\/api\/backup\/database\/?$/, '').replace(/\/$/, '')}`
}
