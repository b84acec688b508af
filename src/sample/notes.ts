import type { Random } from './random.js'

const remarks = [
  'Cooled down overnight, base temperature reached at 04:10. All lines alive.',
  'Gate 3 leaks above −1.2 V; do not exceed it.\nRepeat with the 50 Ω termination.',
  'Abkühlung abgebrochen: Heliumstand zu niedrig. Über Nacht nachgefüllt, läuft wieder.',
  'La résistance de contact a doublé après le deuxième cycle thermique… à vérifier.',
  'El campo se quedó en 8,5 T; ¿quench parcial? Revisar la fuente mañana.',
  'Misurato l’effetto Hall quantistico: ρxy piatto entro 2·10⁻⁴ 🎉',
  '希釈冷凍機の混合室が 11 mK に到達。次はマイクロ波の校正。',
  '样品台松动，已重新固定。建议下次降温前检查导热膏。',
  'Сверхпроводящий переход при 1,18 К, как и ожидалось. Данные в папке «июнь».',
  'تم تبريد العينة إلى 20 ملي كلفن، والنتائج مطابقة للتوقعات.',
  'נמדדה מוליכות דיפרנציאלית; הרעש גבוה מהרגיל.',
  'मैग्नेट को धीरे-धीरे शून्य पर लाया गया। कोई समस्या नहीं।',
  'Το δείγμα Γ2 κάηκε στα 5 V ⚡️ — συγγνώμη!',
  'Lukasz said: "swap the \\mu-metal can", then it worked 👩‍🔬🧲',
  'file:\tC:\\data\\run_017.dat\r\nsweep:\t-9 T … +9 T, 0.2 T/min',
  '<b>Please</b> ask before warming up & opening the 1K pot!',
] as const

const devices = [
  'Hall bar HB-12', 'SQUID #7', 'InAs nanowire 3b', 'Graphène 2L', 'Quantum dot „Otto“',
  'NbN film 40 nm', 'Transmon Q5', 'WTe₂ flake', '試料 A-3', "Josephson junction 0'",
] as const // prettier-ignore

const aims = [
  'Magnetotransport', 'Cooldown', 'Gate sweep', 'Rabi oscillations', 'Critical current',
  'Noise spectrum', 'Thermometer calibration', 'Angular dependence 0°–90°',
] as const // prettier-ignore

export function drawDevice(random: Random): string {
  return random.pick(devices)
}

export function drawTitle(random: Random, device: string): string {
  return `${random.pick(aims)}: ${device}`
}

/** Sometimes empty, mostly one remark, now and then a whole day's. */
export function drawNotes(random: Random): string {
  if (random.chance(0.15)) return ''
  const count = random.chance(0.1) ? 3 + random.below(6) : 1
  return Array.from({ length: count }, () => random.pick(remarks)).join('\n\n')
}
