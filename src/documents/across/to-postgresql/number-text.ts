/** A finite double as PostgreSQL writes it: the shortest digits, an exponent below 1e-4 and from 1e15 on. */
export function doubleText(value: number): string {
  if (Object.is(value, -0)) return '-0'
  const [, sign = '', first = '', rest = '', exponent = ''] =
    /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(value.toExponential()) ?? []
  const power = Number(exponent)
  if (power < -4 || power >= 15) {
    const digits = rest === '' ? first : `${first}.${rest}`
    return `${sign}${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
  }
  return plain(sign, `${first}${rest}`, power)
}

/** The same as a decimal without an exponent, for `numeric`. */
export function decimalText(value: number): string {
  if (value === 0) return '0'
  const [, sign = '', first = '', rest = '', exponent = ''] =
    /^(-?)(\d)(?:\.(\d+))?e([+-]\d+)$/.exec(value.toExponential()) ?? []
  return plain(sign, `${first}${rest}`, Number(exponent))
}

function plain(sign: string, digits: string, power: number): string {
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${digits}`
  const whole = digits.slice(0, power + 1).padEnd(power + 1, '0')
  const fraction = digits.slice(power + 1)
  return `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`
}
