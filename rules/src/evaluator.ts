/** What each kind of rule is made of, and what it works with. */
import type { RuleCounts, RuleEvent } from '@vedette/protocol'
import type { TrackSlots } from './track_slots.ts'

export interface Evaluator {
  /** Tracks have slots below this number from now on. */
  reserve(room: number): void
  /** The rule is about this track, and it is in the frame. */
  see(slot: number, ms: number): void
  /** It is not seen, and may come back. */
  miss?(slot: number): void
  /** It is gone; it was seen last at that time. The slot may be another's. */
  end(slot: number, lastMs: number): void
  /** All of a frame was seen. */
  look?(ms: number): void
  /** The rule is given up: what lasts, and is about no track, ends. */
  stop?(ms: number): void
  /** For a while there were no frames: nobody knows what was meanwhile. */
  skip?(ms: number): void
  counts(): RuleCounts
}

/** What an event tells beside the rule, its time and its track. */
export type Told = Pick<RuleEvent, 'phase'> &
  Partial<Pick<RuleEvent, 'direction' | 'count' | 'durationMs' | 'speedKmh'>>

export interface RuleContext {
  readonly tracks: TrackSlots
  labelOf(classId: number): string
  /** Within the hours of the rule. */
  isActive(): boolean
  /** It was there when the rule began to look: it has not come just now. */
  wasThere(slot: number): boolean
  /** What happened outside of the rule's hours is not passed on; what began within them ends in any case. */
  tell(told: Told, slot?: number): void
}
