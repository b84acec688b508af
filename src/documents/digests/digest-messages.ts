/** To the thread that digests: which of its digests, and what of it. */
export type ToDigestThread =
  | { readonly kind: 'update'; readonly id: number; readonly slot: number; readonly bytes: number }
  | { readonly kind: 'digest'; readonly id: number }

/** From it, in the order of what was asked: a slot that may be filled again, or a digest. */
export type FromDigestThread =
  | { readonly kind: 'free'; readonly slot: number }
  | { readonly kind: 'digest'; readonly hex: string }

export interface DigestMemory {
  readonly memory: SharedArrayBuffer
}

/** As many bytes of a digest as one message hands over. */
export const slotBytes = 512 * 1024
export const slots = 4
