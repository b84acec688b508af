import type { Random } from './random.js'
import { dayMs, djangoInstant, flag, type TableRows } from './table-rows.js'

const givenNames = [
  'Ada', 'Amélie', 'Anjali', 'Björn', 'Chidi', 'Chloé', 'Dmitri', 'Eleni', 'Emre', 'Fatima',
  'François', 'Grace', 'Hana', 'Ingrid', 'İpek', 'Jürgen', 'Kaveh', 'Lerato', 'Łukasz', 'Mei',
  'Noor', 'Ólafur', 'Priya', 'Rosalind', 'Søren', 'Tomás', 'Wei', 'Yuki', 'Zoë', '健太',
] as const // prettier-ignore
const familyNames = [
  'Abara', 'Andersen', 'Bianchi', 'Çelik', 'Dubois', 'Fernández', 'Gupta', 'Haddad', 'Ivanova',
  'Jansen', 'Kowalska', 'Liu', 'MacLeod', 'Müller', 'Nakamura', 'Nguyễn', 'Ó Briain', "O'Neill",
  'Papadopoulos', 'Rao', 'Šimić', 'Tanaka', 'Usman', 'Vargas', 'Weiß', 'Yılmaz', 'Zhang', '山本',
] as const // prettier-ignore
const groups = ['Quantum Devices', 'Topological Matter', 'Spin & Charge', '低温物理', ''] as const
const positions = ['PhD student', 'Postdoc', 'Master student', 'Technician', 'Professor'] as const

const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const alphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

export interface Person {
  readonly id: number
  readonly staff: boolean
  readonly joinedMs: number
}

/** The people of the lab; numbers 4 and 17 left long ago. The first three are staff. */
export function drawPeople(random: Random, atMs: number): Person[] {
  const people: Person[] = []
  for (let id = 1; id <= 64; id += 1) {
    if (id === 4 || id === 17) continue
    const joinedMs = atMs - 900 * dayMs + id * 8 * dayMs + random.below(dayMs)
    people.push({ id, staff: id <= 3, joinedMs })
  }
  return people
}

export function userRows(random: Random, people: readonly Person[], atMs: number): TableRows {
  const rows = people.map(({ id, staff, joinedMs }) => {
    const given = random.pick(givenNames)
    const family = random.pick(familyNames)
    const username = `${plain(given)}.${plain(family)}${id}`
    const hash = `pbkdf2_sha256$600000$${random.letters(alphanumeric, 22)}$${random.letters(base64, 43)}=`
    const lastLogin = random.chance(0.15) ? null : seen(random, joinedMs, atMs)
    const active = flag(staff || random.chance(0.92))
    return [
      BigInt(id), hash, lastLogin, flag(id === 1), username, family, `${username}@lab.example`,
      flag(staff), active, djangoInstant(joinedMs, random.below(1_000_000)), given,
    ] // prettier-ignore
  })
  const columns = [
    'id', 'password', 'last_login', 'is_superuser', 'username', 'last_name', 'email', 'is_staff',
    'is_active', 'date_joined', 'first_name',
  ] // prettier-ignore
  return { table: 'auth_user', columns, rows }
}

export function profileRows(random: Random, people: readonly Person[]): TableRows {
  const rows = people.map(({ id, staff, joinedMs }, index) => {
    const status = staff ? 'approved' : random.pick(['approved', 'approved', 'approved', 'pending'])
    const approved = status === 'approved'
    const birthday = new Date(
      Date.UTC(1960 + random.below(42), random.below(12), 1 + random.below(28)),
    )
    return [
      BigInt(index + 1), random.chance(0.3) ? '' : `+44 131 ${496_0000 + random.below(9999)}`,
      'Low Temperature Laboratory', random.chance(0.2) ? null : random.pick(groups),
      staff ? 'Technician' : random.pick(positions), random.chance(0.8) ? '' : 'needs a lab tour\r\n☕',
      status, flag(id === 2), random.chance(0.1) ? null : flag(random.chance(0.9)),
      approved ? djangoInstant(joinedMs + dayMs, random.below(1_000_000)) : null,
      djangoInstant(joinedMs, random.below(1_000_000)),
      random.chance(0.5) ? null : birthday.toISOString().slice(0, 10),
      approved && id > 1 ? 1n : null, BigInt(id),
    ] // prettier-ignore
  })
  const columns = [
    'id', 'phone_number', 'organization', 'department', 'position', 'notes', 'status',
    'is_developer', 'email_confirmed', 'approved_at', 'created_at', 'birthday', 'approved_by_id',
    'user_id',
  ] // prettier-ignore
  return { table: 'userRegistration_userprofile', columns, rows }
}

export function preferenceRows(random: Random, people: readonly Person[]): TableRows {
  const zones = ['Europe/London', 'UTC', 'Asia/Tokyo', 'America/New_York'] as const
  const rows = people.map(({ id, joinedMs }, index) => {
    const quiet = random.chance(0.4)
    return [
      BigInt(index + 1), ...[0.8, 0.95, 0.5, 0.9, 0.3].map((often) => flag(random.chance(often))),
      quiet ? '22:00:00' : null, quiet ? `0${5 + random.below(4)}:30:00` : null,
      random.pick(zones), djangoInstant(joinedMs + 3 * dayMs, random.below(1_000_000)), BigInt(id),
    ] // prettier-ignore
  })
  const columns = [
    'id', 'notify_queue_moves', 'notify_ready_to_run', 'notify_maintenance', 'by_mail', 'by_chat',
    'quiet_from', 'quiet_until', 'time_zone', 'updated_at', 'user_id',
  ] // prettier-ignore
  return { table: 'calendarEditor_notificationpreference', columns, rows }
}

function seen(random: Random, joinedMs: number, atMs: number): string {
  return djangoInstant(Math.floor(random.between(joinedMs, atMs)), random.below(1_000_000))
}

/** A name as people type it into a login: no accents, no spaces. */
function plain(name: string): string {
  const letters = name
    .normalize('NFD')
    .replace(/[^a-z]/gi, '')
    .toLowerCase()
  return letters === '' ? 'user' : letters
}
