/** Words and tone of every state that boxes, cameras, models and the engine can be in. */
import type { CameraState, ModelState, Reported } from '@vedette/protocol'
import type { BoxState } from '../view.ts'

export type AnyState = BoxState | CameraState | ModelState | Reported['engine']['state'] | 'unknown'
export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'off'

interface StateWord {
  tone: Tone
  word: string
}

export const stateWords: Record<AnyState, StateWord> = {
  pending: { tone: 'busy', word: 'Not seen yet' },
  live: { tone: 'good', word: 'Live' },
  degraded: { tone: 'warn', word: 'Degraded' },
  offline: { tone: 'bad', word: 'Offline' },
  idle: { tone: 'off', word: 'Idle' },
  connecting: { tone: 'busy', word: 'Connecting' },
  stalled: { tone: 'warn', word: 'Stalled' },
  backing_off: { tone: 'warn', word: 'Backing off' },
  auth_failed: { tone: 'bad', word: 'Password refused' },
  unsupported: { tone: 'bad', word: 'Not supported' },
  disabled: { tone: 'off', word: 'Disabled' },
  waiting: { tone: 'busy', word: 'Waiting' },
  downloading: { tone: 'busy', word: 'Downloading' },
  building: { tone: 'busy', word: 'Building engine' },
  ready: { tone: 'busy', word: 'Ready' },
  starting: { tone: 'busy', word: 'Starting' },
  running: { tone: 'good', word: 'Running' },
  failed: { tone: 'bad', word: 'Failed' },
  rolled_back: { tone: 'warn', word: 'Rolled back' },
  stopped: { tone: 'off', word: 'Stopped' },
  unknown: { tone: 'off', word: 'Not reported yet' }
}

/** Something that a person should look at. */
export function needsAttention(state: AnyState): boolean {
  const { tone } = stateWords[state]
  return tone === 'warn' || tone === 'bad'
}
