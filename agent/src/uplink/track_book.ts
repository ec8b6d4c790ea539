/**
 * The tracks of one camera: which began, which ended, and where they were since last asked. Pure: time comes with the
 * frames and with `endAbsent`. Ids of the tracker begin anew with every pipeline; events carry ids of our own.
 */
import type { EventBody } from '@vedette/protocol'
import type { FrameColumns } from './frame_columns.ts'
import { thin } from './thinning.ts'

/** A track is told of after so many analysed frames: what a detector saw once is mostly not there. */
export const BEGAN_AFTER_FRAMES = 3
export const ENDED_AFTER_MS = 2000

export type TrackEvent = Extract<EventBody, { kind: 'track.began' | 'track.ended' }>

interface Track {
  /** 0 until it began. */
  id: number
  frames: number
  firstMs: number
  lastMs: number
  classId: number
  confidence: number
  left: number
  top: number
  width: number
  height: number
  points: number[]
}

export interface TrackPoints {
  track: number
  label: string
  confidence: number
  points: number[][]
}

export interface TrackBookOptions {
  camera: string
  nextId(): number
  labelOf(classId: number): string
}

export class TrackBook {
  readonly #options: TrackBookOptions
  readonly #tracks = new Map<number, Track>()

  constructor(options: TrackBookOptions) {
    this.#options = options
  }

  get isEmpty(): boolean {
    return this.#tracks.size === 0
  }

  see(frame: FrameColumns): TrackEvent[] {
    const began: TrackEvent[] = []
    for (let i = 0; i < frame.count; i++) {
      const native = frame.trackId[i]!
      if (native === 0) continue
      const track = this.#tracks.get(native) ?? this.#meet(native, frame.capturedMs)
      place(track, frame, i)
      if (track.id === 0 && track.frames >= BEGAN_AFTER_FRAMES) {
        track.id = this.#options.nextId()
        began.push({ kind: 'track.began', ...this.#describe(track) })
      }
    }
    return began
  }

  /** Ends what was not seen for a while. */
  endAbsent(nowMs: number): TrackEvent[] {
    return this.#end((track) => nowMs - track.lastMs >= ENDED_AFTER_MS)
  }

  /** The pipeline or the source began anew: the tracker's ids mean others from now on. */
  endAll(): TrackEvent[] {
    return this.#end(() => true)
  }

  /** Where each changed track was since the last call, thinned; times are milliseconds after `fromMs`. */
  takePoints(fromMs: number): TrackPoints[] {
    const changed: TrackPoints[] = []
    for (const track of this.#tracks.values()) {
      if (track.id === 0 || track.points.length === 0) continue
      const points = thin(track.points).map(([t, ...box]) => [
        Math.max(0, Math.round(t! - fromMs)),
        ...box.map(fraction)
      ])
      track.points = []
      changed.push({
        track: track.id,
        label: this.#options.labelOf(track.classId),
        confidence: fraction(track.confidence),
        points
      })
    }
    return changed
  }

  #meet(native: number, firstMs: number): Track {
    const track: Track = {
      id: 0,
      frames: 0,
      firstMs,
      lastMs: firstMs,
      classId: 0,
      confidence: -1,
      left: 0,
      top: 0,
      width: 0,
      height: 0,
      points: []
    }
    this.#tracks.set(native, track)
    return track
  }

  #end(isOver: (track: Track) => boolean): TrackEvent[] {
    const ended: TrackEvent[] = []
    for (const [native, track] of this.#tracks) {
      if (!isOver(track)) continue
      this.#tracks.delete(native)
      if (track.id === 0) continue
      const durationMs = Math.max(0, Math.round(track.lastMs - track.firstMs))
      ended.push({ kind: 'track.ended', ...this.#describe(track), durationMs })
    }
    return ended
  }

  #describe(track: Track) {
    return {
      camera: this.#options.camera,
      track: track.id,
      label: this.#options.labelOf(track.classId),
      confidence: fraction(track.confidence),
      box: [fraction(track.left), fraction(track.top), fraction(track.width), fraction(track.height)] as [
        number,
        number,
        number,
        number
      ]
    }
  }
}

function place(track: Track, frame: FrameColumns, i: number): void {
  track.frames++
  track.lastMs = frame.capturedMs
  // The label is that of the surest look.
  if (frame.confidence[i]! > track.confidence) {
    track.confidence = frame.confidence[i]!
    track.classId = frame.classId[i]!
  }
  track.left = frame.left[i]!
  track.top = frame.top[i]!
  track.width = frame.width[i]!
  track.height = frame.height[i]!
  track.points.push(frame.capturedMs, track.left, track.top, track.width, track.height)
}

/** 0 … 1 with four digits: boxes reach a little over the edge of the picture. */
function fraction(value: number): number {
  return Math.round(Math.min(1, Math.max(0, value)) * 10_000) / 10_000
}
