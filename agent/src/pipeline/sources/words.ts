/** What a camera's state means, in words for a person: what is, why, what next. Pure. */
import type { SourceFailure } from '@vedette/native'
import { durationWords } from '@vedette/protocol'

/** Why a camera waits: a failure of its source, or something that only time tells. */
export type Cause = SourceFailure | 'ended' | 'no-link' | 'no-data' | 'no-keyframe' | 'no-picture' | 'stall' | 'removed'

const CAUSES: Record<Cause, { head: string; what: string; remedy: string }> = {
  unauthorized: { head: 'Backing off', what: 'camera refused the password (401)', remedy: 'Edit credentials.' },
  'not-found': { head: 'Backing off', what: 'there is no such stream, file or device', remedy: 'Check the address.' },
  refused: { head: 'Backing off', what: 'the camera refused the connection', remedy: 'Check its port and power.' },
  certificate: {
    head: 'Backing off',
    what: 'the certificate is not one that this box trusts',
    remedy: 'Install its authority on the box, or renew it.'
  },
  dns: { head: 'Backing off', what: 'the host name is not known', remedy: 'Check the address and the DNS server.' },
  network: { head: 'Backing off', what: 'the connection was lost', remedy: 'Check power and network.' },
  timeout: { head: 'Backing off', what: 'the camera does not answer', remedy: 'Check power and network.' },
  'no-link': { head: 'Backing off', what: 'no stream began within 15 s', remedy: 'Check power and network.' },
  'no-data': { head: 'Stalled', what: 'connected, but the camera sends nothing', remedy: 'Restart the camera.' },
  'no-keyframe': {
    head: 'Stalled',
    what: 'connected, but no keyframe came within 30 s',
    remedy: 'Set a shorter keyframe interval in the camera.'
  },
  'no-picture': {
    head: 'Stalled',
    what: 'connected, but no picture could be decoded within 30 s',
    remedy: 'Set the camera to H.264 and restart it.'
  },
  stall: { head: 'Stalled', what: 'no picture for 10 s', remedy: 'Check the camera and its network.' },
  ended: { head: 'Backing off', what: 'the camera ended the stream', remedy: '' },
  removed: { head: 'Backing off', what: 'the pipeline let the camera go', remedy: '' },
  'unsupported-codec': {
    head: 'Unsupported',
    what: 'this box cannot decode the stream',
    remedy: 'Set the camera to H.264 or install a decoder.'
  },
  changed: { head: 'Backing off', what: 'the camera changed its stream', remedy: '' },
  corrupt: { head: 'Backing off', what: 'the stream or file is damaged', remedy: 'Check the file or the camera.' },
  busy: { head: 'Backing off', what: 'the device is in use by another program', remedy: 'Close the other program.' },
  internal: { head: 'Backing off', what: 'the pipeline reported an error', remedy: 'See the log of the box.' }
}

/** `detail` is the pipeline's own message, without credentials. */
export function whyWaiting(cause: Cause, delayMs: number, detail = ''): string {
  const { head, what, remedy } = CAUSES[cause]
  const said = detail === '' || cause === 'unauthorized' ? what : `${what} (${detail.replace(/\.$/, '')})`
  return `${head}: ${said}. Next try in ${durationWords(Math.max(1000, delayMs))}.${remedy === '' ? '' : ` ${remedy}`}`
}

/** While a camera is tried; `cause` of the last failure, if there was one, `warning` what an element said meanwhile. */
export function whyTrying(cause: Cause | null, warning = ''): string {
  const said = warning === '' ? [] : [`Warning: ${warning.replace(/\.$/, '')}.`]
  if (cause === null) return said.join('')
  const { what, remedy } = CAUSES[cause]
  return [`Trying again. Last time: ${what}.`, ...(remedy === '' ? [] : [remedy]), ...said].join(' ')
}

/** Of such a sentence what is wrong and what to do, for who neither waits nor tries again. */
export function withoutWaiting(why: string): string {
  return why.replace(/^(?:Backing off|Stalled|Unsupported): /, '').replace(/ Next try in [^.]+\./, '')
}
