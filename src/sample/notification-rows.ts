import type { Entry } from './lab-rows.js'
import type { Random } from './random.js'
import { djangoInstant, flag, hourMs, minuteMs, type TableRows } from './table-rows.js'

type Kind = readonly [kind: string, title: string, message: string]

const kinds: readonly [Kind, ...Kind[]] = [
  ['queue_moved', 'You moved up', 'Your measurement “{device}” is one place nearer.'],
  [
    'ready_to_run',
    'Machine ready ❄️',
    'Machine {machine} is cold: start “{device}” within 24 hours.',
  ],
  ['completed', 'Fertig!', 'Die Messung an „{device}“ ist abgeschlossen.'],
  ['maintenance', 'Maintenance', 'Machine {machine} warms up on Monday.\nPlease finish before.'],
  ['admin_edit', '管理者による変更', '「{device}」の順番が変更されました。'],
]

/** Two for each entry; the read ones of the first year were cleaned away. */
export function notificationRows(
  random: Random,
  entries: readonly Entry[],
  atMs: number,
): TableRows {
  const rows = []
  for (let id = 1; id <= 2 * entries.length; id += 1) {
    const entry = entries[(id - 1) >> 1]
    if (!entry) continue
    const [kind, title, text] = random.pick(kinds)
    const createdMs = entry.submittedMs + random.below(hourMs)
    const isRead = createdMs < atMs - 48 * hourMs || random.chance(0.3)
    if (isRead && id < 400 && random.chance(0.8)) continue
    const message = text.replace('{device}', entry.device).replace('{machine}', `#${entry.machine}`)
    rows.push([
      BigInt(id), kind, title, message, flag(isRead),
      djangoInstant(createdMs, random.below(1_000_000)),
      isRead ? djangoInstant(createdMs + random.below(600) * minuteMs) : null,
      random.chance(0.7) ? null : JSON.stringify({ from: 1 + random.below(9), to: null }),
      kind === 'maintenance' ? null : BigInt(entry.id),
      random.chance(0.3) ? null : BigInt(entry.machine), entry.user,
      kind === 'admin_edit' ? BigInt(1 + random.below(3)) : null,
    ]) // prettier-ignore
  }
  const columns = [
    'id', 'kind', 'title', 'message', 'is_read', 'created_at', 'read_at', 'payload', 'entry_id',
    'machine_id', 'recipient_id', 'triggered_by_id',
  ] // prettier-ignore
  return { table: 'calendarEditor_notification', columns, rows }
}
