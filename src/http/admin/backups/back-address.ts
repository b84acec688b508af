import { z } from 'zod'

/** Where a page wants to be shown again after its form: kept only where it is the history itself. */
export const sentBack = z.string().max(2000).optional()

/** Another site's address, or another page's, leads to `usual`. */
export function backAddress(base: string, sent: string | undefined, usual: string): string {
  const history = `${base}/backups`
  // No header could hold another character.
  return sent !== undefined &&
    /^[!-~]*$/.test(sent) &&
    (sent === history || sent.startsWith(`${history}?`))
    ? sent
    : usual
}
