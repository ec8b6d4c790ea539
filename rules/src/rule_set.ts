/**
 * All rules of one camera over its tracks, frame by frame. Pure: time comes with the frames and with `pass`. What it
 * keeps is bounded by TRACK_LIMIT tracks, and forgotten when they are gone; a frame in which nothing happens allocates
 * nothing.
 */
import type { Masks, RuleCounts, RuleEvent, Rules, Severity } from '@vedette/protocol'
import type { FrameObjects } from './frame_objects.ts'
import { ObjectMasks } from './masks.ts'
import { findMissed, oldestMissed } from './missed.ts'
import { RuleClock } from './rule_clock.ts'
import { RuleWatch } from './rule_watch.ts'
import { isSame } from './same.ts'
import { Standing } from './standing.ts'
import { MISSED, SEEN, TRACK_LIMIT, TrackSlots } from './track_slots.ts'
import type { ZonedClocks } from './zoned_clocks.ts'

/** A track that was not seen for so long is gone, as its `track.ended` says. */
export const GONE_AFTER_MS = 2000
/** One that stood is remembered for so much time of watching, and so many of them. */
const MISSED_KEPT_MS = 600_000
const MISSED_LIMIT = 64
const SWEEP_MS = 250

export interface RuleSetOptions {
  camera: string
  /** Names of the classes that frames tell by number. */
  labels: readonly string[]
  clocks: ZonedClocks
  emit(event: RuleEvent, severity: Severity): void
}

export class RuleSet {
  readonly #options: RuleSetOptions
  readonly #tracks = new TrackSlots()
  readonly #standing = new Standing(this.#tracks)
  readonly #clock = new RuleClock()
  readonly #newcomers = new Uint32Array(TRACK_LIMIT)
  #watches: RuleWatch[] = []
  #rules: Rules = {}
  #masks: ObjectMasks | null = null
  #capturedMs = 0
  #room = 0
  #sweepMs = Number.NEGATIVE_INFINITY
  /** Of a slot whose track is missed: the time of watching when it was missed first. */
  readonly #missedAt = new Map<number, number>()

  constructor(options: RuleSetOptions) {
    this.#options = options
  }

  /** How often a track was left out because there were too many at once. */
  get refused(): number {
    return this.#tracks.refused
  }

  /** The rules from now on. One that stays as it was goes on with what it knows; of one that goes, what began ends. */
  set(rules: Rules, masks: Masks = {}): void {
    const kept = new Map(Object.entries(this.#rules).map(([id], i) => [id, this.#watches[i]!]))
    const enabled = Object.entries(rules).filter(([, { enabled = true }]) => enabled)
    const watches = enabled.map(([id, rule]) => {
      const known = kept.get(id)
      if (known === undefined || !isSame(known.rule, rule)) return this.#watch(id, rule)
      kept.delete(id)
      return known
    })
    for (const watch of kept.values()) watch.stop(this.#clock.ms)
    this.#rules = Object.fromEntries(enabled)
    this.#watches = watches
    this.#masks = masks.objects?.length ? new ObjectMasks(masks.objects, this.#options.labels) : null
  }

  step(frame: FrameObjects): void {
    const tracks = this.#tracks
    const hadGap = this.#clock.advance(frame.capturedMs)
    const { ms } = this.#clock
    this.#capturedMs = frame.capturedMs
    for (const watch of this.#watches) {
      watch.begin(ms)
      if (hadGap) watch.skip(ms)
    }
    let newcomers = 0
    for (let i = 0; i < frame.count; i++) {
      const id = frame.trackId[i]!
      if (id === 0) continue
      const slot = tracks.find(id)
      if (slot >= 0) this.#see(slot, frame, i)
      else if (newcomers < TRACK_LIMIT) this.#newcomers[newcomers++] = i
      else tracks.refused++
    }
    // After the others, so that one who takes the place of another is told from one who stands beside it.
    for (let k = 0; k < newcomers; k++) this.#meet(frame, this.#newcomers[k]!)
    if (ms - this.#sweepMs >= SWEEP_MS) this.#sweep(ms)
    for (const watch of this.#watches) watch.look(ms)
  }

  /** Time passes without frames: tracks that are not seen any more go. */
  pass(wallMs: number): void {
    if (!Number.isNaN(this.#clock.ms)) this.#sweep(this.#clock.of(wallMs))
  }

  counts(): Record<string, RuleCounts> {
    return Object.fromEntries(Object.keys(this.#rules).map((id, i) => [id, this.#watches[i]!.counts()]))
  }

  #watch(id: string, rule: Rules[string]): RuleWatch {
    const { camera, labels, clocks, emit } = this.#options
    const capturedMs = () => this.#capturedMs
    return new RuleWatch({ camera, id, rule, labels, clocks, emit, tracks: this.#tracks, capturedMs })
  }

  #meet(frame: FrameObjects, i: number): void {
    const tracks = this.#tracks
    const { ms } = this.#clock
    const id = frame.trackId[i]!
    const seen = { boxes: frame.boxes, at: 4 * i, ms }
    const missed = findMissed(tracks, (slot) => this.#standing.stands(slot), seen)
    if (missed >= 0) {
      tracks.rename(missed, id)
      this.#missedAt.delete(missed)
      this.#see(missed, frame, i)
      return
    }
    const slot = tracks.take(id)
    if (slot < 0) return
    if (tracks.room > this.#room) {
      this.#room = tracks.room
      this.#standing.reserve(tracks.room)
      for (const watch of this.#watches) watch.reserve()
    }
    tracks.firstMs[slot] = ms
    tracks.confidence[slot] = -1
    tracks.boxes.set(frame.boxes.subarray(4 * i, 4 * i + 4), 4 * slot)
    this.#standing.begin(slot, ms)
    this.#see(slot, frame, i)
  }

  #see(slot: number, frame: FrameObjects, i: number): void {
    const tracks = this.#tracks
    const { ms } = this.#clock
    const { boxes } = tracks
    for (let k = 0; k < 4; k++) boxes[4 * slot + k] = frame.boxes[4 * i + k]!
    if (frame.confidence[i]! > tracks.confidence[slot]!) {
      tracks.confidence[slot] = frame.confidence[i]!
      tracks.classId[slot] = frame.classId[i]!
    }
    tracks.lastMs[slot] = ms
    this.#standing.see(slot, ms)
    if (this.#masks?.covers(tracks.x[slot]!, tracks.y[slot]!, tracks.classId[slot]!)) return
    for (const watch of this.#watches) watch.see(slot, ms)
  }

  #sweep(ms: number): void {
    const tracks = this.#tracks
    this.#sweepMs = ms
    for (let slot = 0; slot < tracks.used; slot++) {
      if (tracks.state[slot] === SEEN && ms - tracks.lastMs[slot]! >= GONE_AFTER_MS) this.#lose(slot)
    }
    if (this.#missedAt.size === 0) return
    for (const [slot, atMs] of this.#missedAt) if (this.#clock.watchedMs - atMs >= MISSED_KEPT_MS) this.#end(slot)
    const oldest = oldestMissed(tracks, MISSED_LIMIT)
    if (oldest >= 0) this.#end(oldest)
  }

  #lose(slot: number): void {
    if (!this.#standing.stands(slot)) {
      this.#end(slot)
      return
    }
    this.#tracks.state[slot] = MISSED
    this.#missedAt.set(slot, this.#clock.watchedMs)
    for (const watch of this.#watches) watch.miss(slot)
  }

  #end(slot: number): void {
    for (const watch of this.#watches) watch.end(slot, this.#tracks.lastMs[slot]!)
    this.#missedAt.delete(slot)
    this.#tracks.release(slot)
  }
}
