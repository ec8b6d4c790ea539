/** A certificate for 127.0.0.1 that is its own authority, made by openssl for one run. */
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

export interface Certificate {
  /** Paths of PEM files. */
  cert: string
  key: string
}

export function makeCertificate(folder: string): Certificate {
  const [cert, key] = [join(folder, 'tls.crt'), join(folder, 'tls.key')]
  const of = ['-subj', '/CN=vedette', '-addext', 'subjectAltName=IP:127.0.0.1']
  const made = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', cert]
  execFileSync('openssl', ['req', '-x509', '-days', '2', ...made, ...of], { stdio: ['ignore', 'ignore', 'pipe'] })
  return { cert, key }
}
