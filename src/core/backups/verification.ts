import { z } from 'zod'

export const verdicts = ['snapshot', 'round-trip', 'pages', 'restored', 'bytes'] as const

export const verificationSchema = z.object({
  octavo_verification: z.literal(1),
  id: z.string(),
  /** When what the store gives back was restored. */
  at: z.iso.datetime(),
  /**
   * How far the proof reaches, as in docs/architecture.md: `snapshot` and `round-trip` for documents,
   * `pages` for native copies, `restored` for dumps; `bytes` where the archive is encrypted and no identity was there: it is
   * what was stored, and whether it restores is not proved.
   */
  verdict: z.enum(verdicts),
})

/** Beside a manifest in a store, `NAME.verified-….json`: that the backup was proved from there. */
export type Verification = z.infer<typeof verificationSchema>

/** Whether a verdict says that the backup restores. */
export function provesRestore({ verdict }: Pick<Verification, 'verdict'>): boolean {
  return verdict !== 'bytes'
}

/** What is known once `later` was found: that the bytes are right takes no earlier proof away. */
export function betterProof(earlier: Verification | null, later: Verification): Verification {
  return earlier && provesRestore(earlier) && !provesRestore(later) ? earlier : later
}
