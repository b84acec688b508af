import { isStoreName } from '../../../core/store-names.js'

/**
 * The name of an asset for an object, from which the object's name comes back exactly. GitHub puts a dot
 * for every run of characters that it does not like, `/` and brackets among them, and takes dots away at
 * both ends: these, and a second dot in a row, are written as `_x` and their code in hexadecimal. So is
 * an underscore before an x. Usual names stay as they are.
 */
export function assetNameOf(name: string): string {
  return name.replaceAll(/_(?=x)|[/()]|^\.|\.$|(?<=\.)\./g, escaped)
}

function escaped(character: string): string {
  return `_x${character.charCodeAt(0).toString(16)}`
}

/** Null for an asset that is no object of ours. */
export function nameOfAsset(asset: string): string | null {
  const name = asset.replaceAll(/_x([0-9a-f]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  )
  return isStoreName(name) && assetNameOf(name) === asset ? name : null
}
