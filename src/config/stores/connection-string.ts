/** What is said of an account of Azure. */
export interface AzureAccount {
  readonly account: string | undefined
  readonly key: string | undefined
  readonly signature: string | undefined
  /** Of its blob service. */
  readonly endpoint: string | undefined
}

/** The parts of a connection string: `AccountName=lab;AccountKey=…;EndpointSuffix=core.windows.net`. */
export function connectionString(text: string): AzureAccount {
  const parts = new Map(
    text.split(';').map((part) => {
      const at = part.indexOf('=')
      return [part.slice(0, at).trim().toLowerCase(), part.slice(at + 1).trim()] as const
    }),
  )
  const account = parts.get('accountname')
  const suffix = parts.get('endpointsuffix')
  const scheme = parts.get('defaultendpointsprotocol') ?? 'https'
  const usual = account && suffix ? `${scheme}://${account}.blob.${suffix}` : undefined
  return {
    account,
    key: parts.get('accountkey'),
    signature: parts.get('sharedaccesssignature'),
    endpoint: parts.get('blobendpoint') ?? usual,
  }
}
