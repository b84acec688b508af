import { fileInstant } from '../core/names.js'
import type { SpooledExport } from '../jobs/spool/spooled-export.js'
import type { Encoding } from './accept-encoding.js'

/** What a list of entity tags names: any, or the text between the quotes of each. */
export type TagList = '*' | readonly string[]

/**
 * A strong entity tag, quotes included: digest of the content, instant, coding. The same content
 * exported twice differs in its date, so the bytes differ and so does the tag; its first part does not.
 */
export function entityTag(spooled: SpooledExport, encoding: Encoding): string {
  const milliseconds = String(spooled.at.getUTCMilliseconds()).padStart(3, '0')
  return `"${spooled.contentSha256}-${fileInstant(spooled.at)}-${milliseconds}-${encoding}"`
}

/** Tags of both kinds; `W/` is dropped, as a proxy that recompresses adds it. */
export function parseTagList(header: string | undefined): TagList {
  if (header?.trim() === '*') return '*'
  return [...(header ?? '').matchAll(/"([^"]*)"/g)].map(([, tag = '']) => tag)
}

/** Whether a list holds a tag of the same content, of whatever instant and coding. */
export function namesContent(tags: TagList, spooled: SpooledExport): boolean {
  return tags === '*' || tags.some((tag) => tag.startsWith(`${spooled.contentSha256}-`))
}

/** Strong comparison: exactly this export in this coding. A weak tag never matches. */
export function isExactly(header: string, spooled: SpooledExport, encoding: Encoding): boolean {
  return header.split(/,\s*/).some((element) => element.trim() === entityTag(spooled, encoding))
}
