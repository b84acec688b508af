import type { Dice } from './dice.js'

export type Encoding = 'UTF-8' | 'UTF-16le' | 'UTF-16be'

/** A value to store. `rawText` holds bytes that become TEXT as they are. */
export type OddValue = null | bigint | number | string | Buffer | { readonly rawText: Buffer }

const integers: readonly [bigint, ...bigint[]] = [
  0n, 1n, -1n, 2n, 127n, 128n, 255n, -32768n, 8388607n, 2147483647n, -2147483649n, 4294967296n,
  140737488355328n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n) + 1n, -(2n ** 53n),
  -(2n ** 53n) - 1n, 2n ** 63n - 1n, -(2n ** 63n), 10n ** 18n,
] // prettier-ignore

const reals: readonly [number, ...number[]] = [
  0, -0, 1, -1, 0.1, 0.1 + 0.2, 1 / 3, 1e15, 1e21, 1e22, 1e23, 1e-7, 5e-324,
  2.2250738585072014e-308, 2.225073858507201e-308, Number.MAX_VALUE, -Number.MAX_VALUE, Infinity,
  -Infinity, 2 ** 53, 2 ** 53 + 2, 9.223372036854775e18, 9.223372036854776e18, -9.223372036854776e18,
  4.35, 1e100, 123456789012345680, 5e-5,
] // prettier-ignore

const texts: readonly [string, ...string[]] = [
  '', 'a', 'A', ' ', 'a ', 'NULL', '0', '1', '1.0', '-0', '-0.0', '1e5', '9223372036854775807',
  '9223372036854775808', '0x10', ' 12 ', '+5', '.5', 'Infinity', 'nan', 'true',
  '{"$numberLong":"1"}', '{"$binary":{"base64":"","subType":"00"}}', '{"a":1}', '[1,2]', 'null',
  '"', '\\', '/', '\u007f', '\u2028\u2029', '\ufeffmark', '\ufeff', 'a\u0000b', '\u0000',
  '\u0001\u0002\b\f\n\r\t\u000b\u001f', 'é', 'e\u0301', '😀', '\ufffd', '\ufffe', '\uffff',
  '\u{10ffff}', ',\n', '"},\n{"model":', '{"$', "it's", '%s', '\u00a0', 'ＡＢ', '\r\n', '\u0085',
  '2026-01-05 09:12:44.123456', '3.50', '日本語', '\ud83d\udc69\u200d\ud83d\udd2c', '\ue000',
] // prettier-ignore

const brokenUtf8: readonly [string, ...string[]] = [
  'ff', 'c080', 'eda080', 'edb080', 'f4908080', 'e282', '80', '61ff62', 'efbfbe', 'efbfbf',
  'efbbbf', 'f888808080', '6f6b00ff', 'eda0bdedb880', 'c3', '22ff22', '5cff', 'efbfbdff',
] // prettier-ignore

/** Big-endian units. */
const brokenUtf16: readonly [string, ...string[]] = [
  'd800', 'dc00', 'dc00d800', '0061d8000062', 'fffe', 'ffff', 'feff', 'feff0061', 'd83dde00',
  '0000', '006100000062', 'dbff', 'd800d800dc00', 'fffd', 'fffdd800', '0022dc00', '61',
] // prettier-ignore

const blobs: readonly [string, ...string[]] = [
  '', '00', '01', '02', '0b', '0c', '1331', '1761', '27', '8b', 'c0ff', 'fc00', '7b2261223a317d',
  '6e756c6c', 'efbbbf', 'ff', '000000', '2331', '1b00', '4c176113', '89504e470d0a1a0a', '0d', '0e',
  '5331323334', 'cb0000000000000000', '22', '5c22', '53514c69746520666f726d6174203300',
] // prettier-ignore

export function oddInteger(dice: Dice): bigint {
  if (dice.chance(0.6)) return dice.pick(integers)
  const wide = (BigInt(dice.bits()) << 32n) | BigInt(dice.bits())
  return BigInt.asIntN(64, wide >> BigInt(dice.below(64)))
}

export function oddReal(dice: Dice): number {
  if (dice.chance(0.6)) return dice.pick(reals)
  const bits = new DataView(new ArrayBuffer(8))
  bits.setUint32(0, dice.bits())
  bits.setUint32(4, dice.bits())
  const real = bits.getFloat64(0)
  return Number.isNaN(real) ? dice.below(1_000_000) / 100 : real
}

export function oddText(dice: Dice, encoding: Encoding): OddValue {
  if (dice.chance(0.12)) return { rawText: brokenText(dice, encoding) }
  if (dice.chance(0.7)) return dice.pick(texts)
  return Array.from({ length: dice.below(40) }, () => oddCharacter(dice)).join('')
}

function oddCharacter(dice: Dice): string {
  const limit = dice.pick([0x80, 0x800, 0x10000, 0x110000])
  const point = dice.below(limit)
  return point >= 0xd800 && point < 0xe000 ? '?' : String.fromCodePoint(point)
}

function brokenText(dice: Dice, encoding: Encoding): Buffer {
  if (encoding === 'UTF-8') return Buffer.from(dice.pick(brokenUtf8), 'hex')
  const bytes = Buffer.from(dice.pick(brokenUtf16), 'hex')
  return encoding === 'UTF-16le' && bytes.length % 2 === 0 ? bytes.swap16() : bytes
}

export function oddBlob(dice: Dice): Buffer {
  return dice.chance(0.7) ? Buffer.from(dice.pick(blobs), 'hex') : dice.bytes(dice.below(60))
}

/** A value of any storage class. */
export function oddValue(dice: Dice, encoding: Encoding): OddValue {
  const draw = dice.below(10)
  if (draw < 2) return null
  if (draw < 4) return oddInteger(dice)
  if (draw < 6) return oddReal(dice)
  return draw < 8 ? oddText(dice, encoding) : oddBlob(dice)
}
