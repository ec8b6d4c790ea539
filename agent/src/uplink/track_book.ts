/**
 * The tracks of one camera: which began, which ended, and where they were since last told. Pure: time comes with the
 * frames and with `endAbsent`. Ids of the tracker begin anew with every pipeline; events carry ids of our own.
 */
import type { EventBody } from '@vedette/protocol'
import { AttributeVotes } from './attribute_votes.ts'
import type { FrameColumns } from './frame_columns.ts'
import type { Labels } from './labels.ts'
import type { Thinning } from './thinning.ts'
import { NO_ROW, type TrackLog } from './track_log.ts'
import { BOX, CLASS_ID, CONFIDENCE, DETAILS, FIRST_MS, ID, LAST_MS, RECORD, ROW, TrackTable } from './track_table.ts'
import { fraction, type TracksText } from './tracks_text.ts'

/** A track is told of after so many analysed frames: what a detector saw once is mostly not there. */
export const BEGAN_AFTER_FRAMES = 3
const ENDED_AFTER_MS = 2000

export type TrackEvent = Extract<EventBody, { kind: 'track.began' | 'track.ended' }>

export interface TrackBookOptions {
  camera: string
  labels: Labels
  /** Shared by all books; who shares it clears it once all have told. */
  log: TrackLog
  nextId(): number
}

export class TrackBook {
  readonly camera: string
  readonly #options: TrackBookOptions
  readonly #log: TrackLog
  readonly #cameraJson: Buffer
  readonly #table = new TrackTable()
  /** By the tracker's id, of those that a secondary model says something of. */
  readonly #votes = new Map<number, AttributeVotes>()

  constructor(options: TrackBookOptions) {
    this.camera = options.camera
    this.#options = options
    this.#log = options.log
    this.#cameraJson = Buffer.from(JSON.stringify(options.camera))
  }

  /** What began; null in most frames. */
  see(frame: FrameColumns): TrackEvent[] | null {
    const table = this.#table
    const log = this.#log
    table.reserve(frame.count)
    const { records, details } = table
    if (frame.hasAttributes) this.#vote(frame)
    let began: TrackEvent[] | null = null
    let firstRow = NO_ROW
    for (let i = 0; i < frame.count; i++) {
      const native = frame.trackId[i]!
      if (native === 0) continue
      if (firstRow === NO_ROW) firstRow = log.open(frame)
      const known = table.find(native)
      const one = known < 0 ? this.#meet(native, frame.capturedMs) : known
      const record = one * RECORD
      log.link(firstRow + i, records[record + ROW]!)
      records[record + ROW] = firstRow + i
      const confidence = frame.confidence(i)
      // The label is that of the surest look.
      if (confidence > records[record + CONFIDENCE]!) {
        records[record + CONFIDENCE] = confidence
        details[one * DETAILS + CLASS_ID] = frame.classId(i)
      }
      if (records[record + ID]! > 0) continue
      const frames = 1 - records[record + ID]!
      records[record + ID] = frames < BEGAN_AFTER_FRAMES ? -frames : this.#options.nextId()
      if (frames < BEGAN_AFTER_FRAMES) continue
      began ??= []
      began.push({ kind: 'track.began', ...this.#describe(one) })
    }
    return began
  }

  /** Where a track that has begun stands until the next frame, by the tracker's id; -1 for any other. */
  find(native: number): number {
    const one = native === 0 ? -1 : this.#table.find(native)
    return one >= 0 && this.idOf(one) > 0 ? one : -1
  }

  idOf(one: number): number {
    return this.#table.records[one * RECORD + ID]!
  }

  /** Of its surest look so far. */
  confidenceOf(one: number): number {
    return this.#table.records[one * RECORD + CONFIDENCE]!
  }

  classIdOf(one: number): number {
    return this.#table.details[one * DETAILS + CLASS_ID]!
  }

  /** Ends what was not seen for a while. */
  endAbsent(nowMs: number): TrackEvent[] {
    return this.#end(nowMs - ENDED_AFTER_MS)
  }

  /** The pipeline or the source began anew: the tracker's ids mean others from now on. */
  endAll(): TrackEvent[] {
    return this.#end(Number.POSITIVE_INFINITY)
  }

  /** Writes where each track that was seen since the last call was meanwhile. `told` is called after each. */
  tell(text: TracksText, thinning: Thinning, told: () => void): void {
    const { records, details, count } = this.#table
    for (let one = 0; one < count; one++) {
      const record = one * RECORD
      const row = records[record + ROW]!
      if (row === NO_ROW) continue
      this.#settle(one)
      const track = records[record + ID]!
      if (track <= 0) continue
      const first = this.#log.copyPoints(row, thinning)
      thinning.thin(first)
      const label = this.#options.labels.json(details[one * DETAILS + CLASS_ID]!)
      const confidence = records[record + CONFIDENCE]!
      const attributes = this.#votes.get(records[record]!)?.json ?? null
      text.add({ camera: this.#cameraJson, label, track, confidence, attributes }, thinning, first)
      told()
    }
  }

  #vote(frame: FrameColumns): void {
    let object = -1
    let stage = -1
    let place = 0
    for (const attribute of frame.attributes()) {
      place = attribute.object === object && attribute.stage === stage ? place + 1 : 0
      object = attribute.object
      stage = attribute.stage
      const native = frame.trackId[object]!
      if (native === 0) continue
      const votes = this.#votes.get(native) ?? new AttributeVotes()
      this.#votes.set(native, votes)
      votes.add(stage, place, attribute.label, attribute.probability)
    }
  }

  #meet(native: number, firstMs: number): number {
    const one = this.#table.add(native)
    const { records, details } = this.#table
    records[one * RECORD + ROW] = NO_ROW
    records[one * RECORD + CONFIDENCE] = -1
    records[one * RECORD + ID] = 0
    details[one * DETAILS + FIRST_MS] = firstMs
    return one
  }

  /** Takes from the log when and where the track was seen last. */
  #settle(one: number): void {
    const { records, details } = this.#table
    const row = records[one * RECORD + ROW]!
    if (row === NO_ROW) return
    records[one * RECORD + ROW] = NO_ROW
    details[one * DETAILS + LAST_MS] = this.#log.msOf(row)
    this.#log.copyBox(row, details, one * DETAILS + BOX)
  }

  /** Those seen last at that time or before. */
  #end(lastMs: number): TrackEvent[] {
    const { records, details } = this.#table
    const ended: TrackEvent[] = []
    for (let one = this.#table.count - 1; one >= 0; one--) {
      this.#settle(one)
      const seenMs = details[one * DETAILS + LAST_MS]!
      if (seenMs > lastMs) continue
      if (records[one * RECORD + ID]! > 0) {
        const durationMs = Math.max(0, Math.round(seenMs - details[one * DETAILS + FIRST_MS]!))
        ended.push({ kind: 'track.ended', ...this.#describe(one), durationMs })
      }
      this.#votes.delete(records[one * RECORD]!)
      this.#table.remove(one)
    }
    return ended
  }

  #describe(one: number) {
    const { records, details } = this.#table
    const row = records[one * RECORD + ROW]!
    const at = one * DETAILS + BOX
    const votes = this.#votes.get(records[one * RECORD]!)
    if (row !== NO_ROW) this.#log.copyBox(row, details, at)
    return {
      camera: this.camera,
      track: records[one * RECORD + ID]!,
      label: this.#options.labels.of(details[one * DETAILS + CLASS_ID]!),
      confidence: fraction(records[one * RECORD + CONFIDENCE]!),
      ...(votes?.hasWinners && { attributes: votes.winners }),
      box: Array.from(details.subarray(at, at + 4), fraction) as [number, number, number, number]
    }
  }
}
