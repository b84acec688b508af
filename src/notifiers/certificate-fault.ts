/** Whether a code of Node says that a certificate is not taken, which does not pass by itself. */
export function isCertificateCode(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_|^ERR_TLS_|^ERR_SSL_/.test(code)
}

export const certificateHint =
  'Its certificate is not one that this machine trusts for this name. Correct the name, or give the ' +
  'file of its authority in NODE_EXTRA_CA_CERTS.'
