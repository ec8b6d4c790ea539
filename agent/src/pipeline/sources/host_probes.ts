/**
 * One TCP probe per host while cameras of it wait for the network. Only a host that was seen down can come back: one that
 * accepts connections and then fails would otherwise be hammered at the pace of the probe. Pure.
 */
import type { Cause } from './words.ts'

const PROBE_EVERY_MS = 2_000

export interface HostProbe {
  /** A connection or a probe failed since the last success. */
  wasDown: boolean
  nextAt: number
  isUnderWay: boolean
}

export type Hosts = ReadonlyMap<string, HostProbe>

/** These prove that the port did not answer; a timeout further up the stream does not. */
const PROOFS: readonly Cause[] = ['refused', 'dns', 'timeout', 'no-link']

export function sawFailure(hosts: Hosts, host: string, cause: Cause, at: number): Hosts {
  const known = hosts.get(host) ?? { wasDown: false, nextAt: at, isUnderWay: false }
  // A timeout proves it only until the first probe: a host that answers probes is up, its stream is not.
  const isProof = cause === 'refused' || cause === 'dns' || (PROOFS.includes(cause) && !hosts.has(host))
  return new Map(hosts).set(host, { ...known, wasDown: known.wasDown || isProof })
}

/** Which hosts to probe now: those that `waiting` names. Forgets those of which no camera is in trouble any more. */
export function probesDue(
  hosts: Hosts,
  { waiting, troubled }: { waiting: ReadonlySet<string>; troubled: ReadonlySet<string> },
  at: number
): { hosts: Hosts; due: string[] } {
  if (hosts.size === 0 && waiting.size === 0) return { hosts, due: [] }
  const kept = new Map([...hosts].filter(([host]) => troubled.has(host)))
  const due: string[] = []
  for (const host of waiting) {
    const known = hosts.get(host) ?? { wasDown: false, nextAt: at, isUnderWay: false }
    const isDue = !known.isUnderWay && known.nextAt <= at
    if (isDue) due.push(host)
    kept.set(host, isDue ? { ...known, isUnderWay: true } : known)
  }
  return { hosts: kept, due }
}

export function judgeProbe(
  hosts: Hosts,
  { host, isReachable }: { host: string; isReachable: boolean },
  at: number
): { hosts: Hosts; isBack: boolean } {
  const known = hosts.get(host)
  if (!known) return { hosts, isBack: false }
  const judged = { wasDown: !isReachable, nextAt: at + PROBE_EVERY_MS, isUnderWay: false }
  return { hosts: new Map(hosts).set(host, judged), isBack: isReachable && known.wasDown }
}
