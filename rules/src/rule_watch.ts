/** One rule of a camera, at work: for whom it is, when it is in force, and how it tells what it has seen. */
import type { Rule, RuleCounts, RuleEvent, Severity } from '@vedette/protocol'
import { Direction } from './direction.ts'
import type { Evaluator, RuleContext, Told } from './evaluator.ts'
import { LineCrossed } from './line_crossed.ts'
import { Loitering } from './loitering.ts'
import { ObjectFilter } from './object_filter.ts'
import { Occupancy } from './occupancy.ts'
import { Schedule } from './schedule.ts'
import { Speed } from './speed.ts'
import { type TrackSlots, withRoom } from './track_slots.ts'
import { ZonePassed } from './zone_passed.ts'
import type { ZonedClocks } from './zoned_clocks.ts'

/** What is there so soon after a rule began to look was there before. */
const SETTLING_MS = 2000

export interface RuleWatchOptions {
  camera: string
  id: string
  rule: Rule
  tracks: TrackSlots
  labels: readonly string[]
  clocks: ZonedClocks
  /** Capture time of the frame that is looked at, milliseconds since 1970. */
  capturedMs(): number
  emit(event: RuleEvent, severity: Severity): void
}

export class RuleWatch {
  readonly rule: Rule
  readonly #options: RuleWatchOptions
  readonly #filter: ObjectFilter
  readonly #schedule: Schedule | null
  readonly #evaluator: Evaluator
  /** Slots of tracks that it has seen. */
  #knows = new Uint8Array(0)
  #beganMs = Number.NaN
  #isStopped = false

  constructor(options: RuleWatchOptions) {
    const { rule, tracks, labels, clocks } = options
    this.rule = rule
    this.#options = options
    this.#filter = new ObjectFilter(rule, tracks, labels)
    this.#schedule = rule.schedule === undefined ? null : new Schedule(rule.schedule, clocks)
    this.#evaluator = evaluatorOf(rule, {
      tracks,
      labelOf: (classId) => labelOf(labels, classId),
      isActive: () => this.#isActive(),
      wasThere: (slot) => tracks.firstMs[slot]! <= this.#beganMs + SETTLING_MS,
      tell: (told, slot) => this.#tell(told, slot)
    })
    this.reserve()
  }

  /** The columns of the tracks may have become longer. */
  reserve(): void {
    const { room } = this.#options.tracks
    this.#knows = withRoom(this.#knows, room)
    this.#evaluator.reserve(room)
  }

  begin(ms: number): void {
    if (Number.isNaN(this.#beganMs)) this.#beganMs = ms
  }

  see(slot: number, ms: number): void {
    const verdict = this.#filter.judge(slot)
    if (verdict === 'wanted') {
      this.#knows[slot] = 1
      this.#evaluator.see(slot, ms)
    } else if (verdict === 'other') this.end(slot, ms)
  }

  miss(slot: number): void {
    if (this.#knows[slot] === 1) this.#evaluator.miss?.(slot)
  }

  end(slot: number, lastMs: number): void {
    if (this.#knows[slot] === 0) return
    this.#knows[slot] = 0
    this.#evaluator.end(slot, lastMs)
  }

  look(ms: number): void {
    this.#evaluator.look?.(ms)
  }

  skip(ms: number): void {
    this.#evaluator.skip?.(ms)
  }

  /** The rule is given up: what began ends, and nothing else happens any more. */
  stop(ms: number): void {
    this.#isStopped = true
    for (let slot = 0; slot < this.#knows.length; slot++) this.end(slot, ms)
    this.#evaluator.stop?.(ms)
  }

  counts(): RuleCounts {
    return this.#evaluator.counts()
  }

  #isActive(): boolean {
    return this.#schedule === null || this.#schedule.isActive(this.#options.capturedMs())
  }

  #tell(told: Told, slot: number | undefined): void {
    if (told.phase === 'happened' && (this.#isStopped || !this.#isActive())) return
    const { camera, id, rule, capturedMs, emit } = this.#options
    const { durationMs, ...more } = told
    const event: RuleEvent = {
      kind: 'rule',
      camera,
      rule: id,
      name: rule.name,
      what: rule.kind,
      seenAt: new Date(capturedMs()).toISOString(),
      ...more,
      ...(durationMs !== undefined && { durationMs: Math.round(durationMs) }),
      ...(slot !== undefined && this.#describe(slot))
    }
    emit(event, rule.severity ?? 'info')
  }

  #describe(slot: number): Pick<RuleEvent, 'track' | 'label' | 'confidence' | 'box'> {
    const { tracks, labels } = this.#options
    const side = (i: number) => fraction(tracks.boxes[4 * slot + i]!)
    return {
      track: tracks.id[slot]!,
      label: labelOf(labels, tracks.classId[slot]!),
      confidence: fraction(tracks.confidence[slot]!),
      box: [side(0), side(1), side(2), side(3)]
    }
  }
}

function evaluatorOf(rule: Rule, context: RuleContext): Evaluator {
  switch (rule.kind) {
    case 'zone-entered':
    case 'zone-left':
    case 'dwell':
      return new ZonePassed(rule, context)
    case 'loitering':
      return new Loitering(rule, context)
    case 'line-crossed':
      return new LineCrossed(rule, context)
    case 'direction':
      return new Direction(rule, context)
    case 'occupancy':
    case 'absence':
      return new Occupancy(rule, context)
    case 'speed':
      return new Speed(rule, context)
  }
}

function labelOf(labels: readonly string[], classId: number): string {
  return labels[classId] ?? `class ${classId}`
}

/** Four digits, within 0 … 1: boxes reach a little over the edge of the picture. */
function fraction(value: number): number {
  return Math.round(Math.min(Math.max(value, 0), 1) * 10_000) / 10_000
}
