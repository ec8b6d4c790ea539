/** What happens to one stream, in the words of `/ws/events/{stream}`. Pure. */
import type { BoxEvent } from './recent_events.ts'

export interface StreamEvent {
  type: string
  [more: string]: unknown
}

/** Empty when the event is not about that stream. */
export function streamEvents(event: BoxEvent, stream: string): StreamEvent[] {
  if (event.kind === 'analysis.adapted') return [{ type: 'quality', everyNth: event.everyNth, reason: event.reason }]
  if (!('camera' in event) || event.camera !== stream) return []
  if (event.kind !== 'camera.state') return [{ ...event, type: event.kind }]
  const { state, was, reason } = event
  const change = { state, was, reason }
  switch (state) {
    case 'live':
      return [
        { type: 'online', ...change },
        { type: 'ready', ...change }
      ]
    case 'auth_failed':
    case 'unsupported':
      return [
        { type: 'error', ...change },
        { type: 'offline', ...change }
      ]
    case 'stalled':
    case 'backing_off':
    case 'disabled':
    case 'idle':
      return [{ type: 'offline', ...change }]
    case 'connecting':
      return []
  }
}
