import type { BackupRecord } from '../core/backups/catalog.js'
import { oneLine } from './fit-text.js'

/** `lab (prod)`. */
export function shownDatabase(name: string, label: string): string {
  return oneLine(label === '' ? name : `${name} (${label})`, 100)
}

/** `2026-11-22 00:17:00 UTC`. */
export function shownInstant(instant: string): string {
  return `${new Date(instant).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** `2026-11-22`. */
export function shownDay(instant: string): string {
  return new Date(instant).toISOString().slice(0, 10)
}

/** `1 record`, `2,000 records`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${value.toLocaleString('en-US')} ${value === 1 ? one : many}`
}

/** Of the whole run, in milliseconds; null while it runs. */
export function durationMs({ startedAt, endedAt }: BackupRecord): number | null {
  return endedAt === null ? null : Math.max(0, Date.parse(endedAt) - Date.parse(startedAt))
}

/** `1.5 s`, `3 min 20 s`, `2 h 5 min`. */
export function shownDuration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${(ms / 1000).toFixed(1)} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`
}
