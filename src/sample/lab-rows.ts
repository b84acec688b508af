import { drawDevice, drawNotes, drawTitle } from './notes.js'
import type { Person } from './people-rows.js'
import type { Random } from './random.js'
import { dayMs, djangoInstant, flag, hourMs, minuteMs, type TableRows } from './table-rows.js'

/** Name, coldest K, warmest K, field in T along z, cooldown in hours. */
const machines = [
  ['Hogwarts', '0.0100', '300', 9, 36],
  ['Hedwig', '0.0200', '4.2000', 12.5, 30],
  ['Dobby (dip stick)', '4.2000', '300', 0, 0.5],
  ['Big Blue', '1.5000', '300', 14, 12],
  ['VTI 2', '1.4000', '320.5000', 8, 6],
  ['Opticryo', '3.8000', '350', 0.5, 4],
  ['Vector magnet', '0.2500', '80', 6, 24],
  ['低温 He-3', '0.3000', '300', 7, 18],
] as const

const machineCount = machines.length
const presetCount = 28

export function machineRows(random: Random, atMs: number): TableRows {
  const rows = machines.map(([name, coldest, warmest, field, hours], index) => {
    const busy = index % 3 !== 2
    return [
      BigInt(index + 1), name, drawNotes(random), coldest, warmest, index === 6 ? 1 : 0,
      index === 6 ? 1.5 : 0, field, BigInt(8 * (1 + random.below(6))), BigInt(random.below(5)),
      BigInt(hours * hourMs) * 1000n, random.pick(['none', 'with fibre', 'free space']),
      flag(index !== 5), busy ? 'running' : 'idle',
      busy ? djangoInstant(atMs + random.below(3 * dayMs)) : null,
      index === 4 ? null : `192.0.2.${10 + index}`, index === 2 ? null : random.between(0.01, 5),
      JSON.stringify({ loom: index + 1, lines: [1, 2, 3], filter: null, 'π-filter': true }),
      busy ? BigInt(5 + index) : null,
    ] // prettier-ignore
  })
  const columns = [
    'id', 'name', 'description', 'min_temp', 'max_temp', 'b_field_x', 'b_field_y', 'b_field_z',
    'dc_lines', 'rf_lines', 'cooldown_time', 'optical_access', 'is_available', 'current_status',
    'estimated_available_at', 'api_ip', 'last_temperature', 'wiring', 'current_user_id',
  ] // prettier-ignore
  return { table: 'calendarEditor_machine', columns, rows }
}

export function presetRows(random: Random, people: readonly Person[], atMs: number): TableRows {
  const rows = Array.from({ length: presetCount }, (_, index) => {
    const device = drawDevice(random)
    const createdMs = atMs - Math.floor(random.between(30, 600) * dayMs)
    return [
      BigInt(index + 1), `preset ${index + 1}`, flag(random.chance(0.6)), drawTitle(random, device),
      device, drawNotes(random), random.chance(0.3) ? null : '0.0500',
      random.chance(0.5) ? null : '4.2000', random.between(0, 12), 0.5 + random.below(40) / 4,
      JSON.stringify({ gain: 10 ** random.below(7), tc_ms: random.below(1000), lockin: 'SR830' }),
      djangoInstant(createdMs, random.below(1_000_000)),
      djangoInstant(createdMs + random.below(20 * dayMs), random.below(1_000_000)),
      drawPerson(random, people), random.chance(0.4) ? null : drawPerson(random, people),
      random.chance(0.2) ? null : BigInt(1 + random.below(machineCount)),
    ] // prettier-ignore
  })
  const columns = [
    'id', 'name', 'is_public', 'title', 'device_name', 'description', 'required_min_temp',
    'required_max_temp', 'required_b_field', 'estimated_hours', 'settings', 'created_at',
    'updated_at', 'creator_id', 'last_edited_by_id', 'machine_id',
  ] // prettier-ignore
  return { table: 'calendarEditor_queuepreset', columns, rows }
}

export interface Entry {
  readonly id: number
  readonly machine: number
  readonly user: bigint
  readonly submittedMs: number
  readonly status: string
  readonly device: string
}

/** Every ninth entry was cancelled and removed by its owner: numbers have gaps. */
export function drawEntries(random: Random, people: readonly Person[], atMs: number): Entry[] {
  const entries: Entry[] = []
  for (let id = 1; id <= 900; id += 1) {
    if (id % 9 === 0) continue
    const waiting = id > 860
    entries.push({
      id,
      machine: 1 + random.below(machineCount),
      user: drawPerson(random, people),
      submittedMs: atMs - (901 - id) * 9 * hourMs + random.below(8 * hourMs),
      status: waiting ? 'queued' : random.chance(0.06) ? 'cancelled' : 'completed',
      device: drawDevice(random),
    })
  }
  return entries
}

export function entryRows(random: Random, entries: readonly Entry[]): TableRows {
  const places = new Map<number, number>()
  const rows = entries.map(({ id, machine, user, submittedMs, status, device }) => {
    const place = (places.get(machine) ?? 0) + (status === 'queued' ? 1 : 0)
    places.set(machine, place)
    const startedMs = submittedMs + random.below(2 * dayMs)
    const done = status === 'completed'
    return [
      BigInt(id), random.letters('0123456789abcdef', 32), drawTitle(random, device), device,
      drawNotes(random), random.chance(0.3) ? null : '0.0300', random.between(0, 9),
      `${random.below(48)}.${random.pick(['00', '25', '50', '75'])}`, BigInt(random.below(5) - 2),
      status === 'queued' ? BigInt(place) : null, status, flag(random.chance(0.05)),
      random.chance(0.4) ? null : JSON.stringify({ needs: ['He', 'LN₂'], rush: false, note: '🧊' }),
      djangoInstant(submittedMs, random.below(1_000_000)), done ? djangoInstant(startedMs) : null,
      done ? djangoInstant(startedMs + random.below(dayMs), random.below(1_000_000)) : null,
      BigInt(machine), random.chance(0.5) ? null : BigInt(1 + random.below(presetCount)), user,
    ] // prettier-ignore
  })
  const columns = [
    'id', 'uuid', 'title', 'device_name', 'description', 'required_min_temp', 'required_b_field',
    'estimated_hours', 'priority', 'queue_position', 'status', 'is_rush_job', 'requirements',
    'submitted_at', 'started_at', 'completed_at', 'machine_id', 'preset_id', 'user_id',
  ] // prettier-ignore
  return { table: 'calendarEditor_queueentry', columns, rows }
}

export function measurementRows(random: Random, entries: readonly Entry[]): TableRows {
  const finished = entries.filter(({ status }) => status === 'completed')
  const rows = finished.map(({ id, machine, user, submittedMs, device }, index) => {
    const startedMs = submittedMs + random.below(2 * dayMs)
    const durationMs = minuteMs + random.below(2 * dayMs)
    return [
      BigInt(index + 1), drawTitle(random, device), device, drawNotes(random),
      random.chance(0.3) ? null : drawResult(random), random.chance(0.85) ? null : picture(random),
      random.chance(0.2) ? null : random.between(0.009, 4.3),
      random.chance(0.3) ? null : (random.below(90_000) / 10_000).toFixed(4),
      BigInt(durationMs) * 1000n + BigInt(random.below(1000)),
      random.chance(0.5) ? null : BigInt(1 + random.below(5)), flag(random.chance(0.7)),
      djangoInstant(startedMs, random.below(1_000_000)), djangoInstant(startedMs + durationMs),
      djangoInstant(startedMs + durationMs + dayMs, random.below(1_000_000)),
      random.chance(0.1) ? null : BigInt(id), BigInt(machine), random.chance(0.03) ? null : user,
    ] // prettier-ignore
  })
  const columns = [
    'id', 'title', 'device_name', 'notes', 'result', 'thumbnail', 'base_temperature',
    'field_reached', 'duration', 'rating', 'is_shared', 'started_at', 'finished_at', 'archived_at',
    'entry_id', 'machine_id', 'user_id',
  ] // prettier-ignore
  return { table: 'calendarEditor_archivedmeasurement', columns, rows }
}

function drawPerson(random: Random, people: readonly Person[]): bigint {
  return BigInt(people[random.below(people.length)]?.id ?? 1)
}

function drawResult(random: Random): string {
  const sweep = Array.from({ length: 3 + random.below(12) }, () => random.between(-1e-3, 1e-3))
  return JSON.stringify({ unit: 'Ω', sweep, fit: { 'T꜀': random.between(0.5, 9), ok: true } })
}

/** Bytes that begin like a PNG file. */
function picture(random: Random): Buffer {
  const body = Array.from({ length: 64 + random.below(400) }, () => random.below(256))
  return Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...body])
}
