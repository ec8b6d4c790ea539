/** Whether the console can be reached as the settings say. Pure. */

import { type Finding, ok, warning, wrong } from '../finding.ts'
import type { ConsoleFacts } from './console_facts.ts'

/** More than the header's rounding and a slow line explain. */
const CLOCK_MS = 5_000
/** Certificates and signatures begin to fail. */
const CLOCK_WRONG_MS = 60_000

export function consoleChecks(facts: ConsoleFacts): Finding[] {
  return [...Object.entries(facts.names).map(([host, found]) => name(host, found)), ...page(facts), broker(facts)]
}

function name(host: string, found: string[] | string): Finding {
  if (typeof found !== 'string') return ok(`DNS ${host}`, found.join(', '))
  return wrong(
    `DNS ${host}`,
    `no address (${found})`,
    found === 'EAI_AGAIN'
      ? 'No DNS server answers: check the network and /etc/resolv.conf (resolvectl status).'
      : 'Check the name in console.url and console.mqtt, or give the address itself.'
  )
}

function page({ url, page: answer }: ConsoleFacts): Finding[] {
  const check = 'console page'
  if ('error' in answer) return [wrong(check, `${url}: ${answer.error}`, pageRemedy(answer))]
  const reached =
    answer.status === 200
      ? ok(check, `${url} answers`)
      : wrong(
          check,
          `${url} answers with ${answer.status}`,
          'See that console.url is the address of the console itself.'
        )
  return [reached, ...clock(answer.clockAheadMs)]
}

function pageRemedy({ error, code }: { error: string; code: string | null }): string {
  if (code === 'ENOENT') return 'Check console.ca: that file does not exist.'
  if (code === 'ECONNREFUSED') return 'See that the console runs, and that console.url has its port.'
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code ?? '')) {
    return code === 'CERT_HAS_EXPIRED'
      ? "Renew the console's certificate, and check the clock of this box."
      : 'Put the authority that signed the certificate into console.ca (PEM), and use the name that the certificate is for.'
  }
  if (/wrong version number|packet length/.test(error))
    return 'The console speaks http there, not https: change console.url.'
  return 'Check route, firewall and proxy between this box and the console.'
}

function clock(aheadMs: number | null): Finding[] {
  if (aheadMs === null || Math.abs(aheadMs) < CLOCK_MS) return []
  const found = `${(Math.abs(aheadMs) / 1000).toFixed(0)} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the console`
  const remedy = 'Set both by NTP: times of events and certificates depend on it.'
  const check = 'clock against the console'
  return [Math.abs(aheadMs) < CLOCK_WRONG_MS ? warning(check, found, remedy) : wrong(check, found, remedy)]
}

function broker({ mqtt, broker: refusal }: ConsoleFacts): Finding {
  return refusal === null
    ? ok('console broker', `${mqtt} takes this box`)
    : wrong(
        'console broker',
        refusal,
        'See that the MQTT port is open towards the console, and that the box is added there.'
      )
}
