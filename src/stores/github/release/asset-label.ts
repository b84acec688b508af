/** What an asset bears besides its name, so that the call that made it knows it as its own. */
export interface AssetLabel {
  /** Of one call of `put`: twelve hexadecimal digits. */
  readonly id: string
  /** GitHub takes no empty files: the object is empty, and its asset one byte. */
  readonly empty: boolean
}

const longestShown = 150

/** People see it on the page of the release in place of the asset's name. */
export function writeLabel(name: string, { id, empty }: AssetLabel): string {
  return `${name.slice(-longestShown)} [${empty ? 'empty, ' : ''}octavo ${id}]`
}

/** Null for an asset that somebody else made. */
export function readLabel(label: string | null | undefined): AssetLabel | null {
  const [, empty, id] = /\[(empty, )?octavo ([0-9a-f]{12})\]$/.exec(label ?? '') ?? []
  return id === undefined ? null : { id, empty: empty !== undefined }
}
