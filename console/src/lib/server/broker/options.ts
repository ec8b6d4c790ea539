/** What both brokers share. The defaults of aedes 1.2 let one frozen subscriber stop everybody for a minute. */
import type { AedesOptions, ConnectPacket } from 'aedes'

export const limits = {
  /** A subscriber that takes nothing for so long is closed. */
  drainTimeout: 2000,
  connectTimeout: 5000,
  keepaliveLimit: 300,
  maxTopicLevels: 12,
  queueLimit: 42,
  maxInflightInbound: 16,
  maxClientsIdLength: 23
} as const satisfies AedesOptions

/** Nothing is queued for who is away: an offline queue of aedes has no bound. What matters is retained or repeated. */
export function withoutSession(packet: ConnectPacket): void {
  packet.clean = true
}

export class NotAuthorized extends Error {
  override name = 'NotAuthorized'
  readonly returnCode = 5
}

/** What a stranger has sent, as a message shows it. */
export function short(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text
}
