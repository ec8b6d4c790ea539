/** Why a server of the console cannot be talked to, in words. Pure. */

export interface Server {
  host: string
  /** The setting that names it. */
  setting: string
}

/** Null for an error that is not about getting a connection. */
export function whyNoConnection(error: Error & { code?: unknown }, { host, setting }: Server): string | null {
  const code = typeof error.code === 'string' ? error.code : ''
  switch (code) {
    case 'ECONNREFUSED':
      return `nothing listens at ${host}. Check ${setting} and that the console runs`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name of ${host} cannot be resolved. Check ${setting} and the network`
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return `the certificate of ${host} is not valid today. Renew it, and check the clock of this box`
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `the certificate of ${host} is for another name. Use that name in ${setting}`
    default:
      // Codes of OpenSSL's verification, as Node names them (X509_V_ERR_…).
      return /CERT|UNABLE_TO_(GET|VERIFY)/.test(code)
        ? `the certificate of ${host} is not of an authority that this box trusts (${code}). Put the authority's certificate into console.ca`
        : null
  }
}
