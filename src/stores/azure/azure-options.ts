import type { Clock } from '../../core/clock.js'
import type { Pace } from '../remote/pace.js'

export interface AzureStoreOptions {
  readonly name: string
  readonly account: string
  readonly access: AzureAccess
  /** `https://HOST[:PORT][/PATH]` of the blob service; without one, that of Azure for the account. */
  readonly endpoint?: string | undefined
  readonly container: string
  /** Put before every name; a `/` is added at its end where there is none. */
  readonly prefix?: string
  readonly clock: Clock
  readonly pace?: Partial<Pace>
  readonly sizes?: Partial<AzureSizes>
}

/** A key of the account, in base64, or a shared access signature (`sv=…&sig=…`). */
export type AzureAccess = { readonly key: string } | { readonly signature: string }

export interface AzureSizes {
  /** Of each block but the last; more where there would be too many. */
  readonly blockBytes: number
  /** Objects in one answer to a listing. */
  readonly pageSize: number
}

export const usualSizes: AzureSizes = {
  blockBytes: 8 * 1024 * 1024,
  pageSize: 1_000,
}
