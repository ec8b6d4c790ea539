/**
 * Rules over tracks that were stored, to try a rule on yesterday before it is saved. Gives the events that the box would
 * have given: `up/tracks` leaves out points that lie within 0.002 of the way between others, so where a track keeps off
 * the borders of a rule by more than that, they are the same but for the moment, which may differ by a frame.
 */
import type { Masks, RuleEvent, Rules, Severity, Tracks } from '@vedette/protocol'
import type { FrameObjects } from './frame_objects.ts'
import { type Looker, rulesOf } from './lookers.ts'
import { GONE_AFTER_MS, RuleSet } from './rule_set.ts'
import { ZonedClocks } from './zoned_clocks.ts'

export interface ReplayOptions {
  camera: string
  rules: Rules
  masks?: Masks
  /** In the order of time. */
  messages: readonly Tracks[]
  /** Analysed frames a second that the camera has: inertia counts frames. A strategy looks at its own rate. */
  fps: number
  /** Whose tracks are replayed, and all who looked: each has its own rules, as on the box. Default: the model alone. */
  looker?: Looker
  lookers?: readonly Looker[]
  emit(event: RuleEvent, severity: Severity): void
}

/** A box looks at a track from so many analysed frames on (`track.began`); what is stored begins with the first. */
const BEGAN_AFTER_FRAMES = 3

interface Path {
  id: number
  classId: number
  confidence: number
  /** Milliseconds since 1970, left, top, width, height. */
  points: [number, number, number, number, number][]
  /** From when on rules look at it. */
  beganMs: number
  /** Where in `points` the time is. */
  at: number
}

const MODEL: Looker = { strategy: null, labels: [] }

export function replayTracks(options: ReplayOptions): void {
  const { camera, rules, masks, messages, fps, looker = MODEL, lookers = [looker], emit } = options
  const labels: string[] = []
  const paths = pathsOf(messages, camera, labels).filter(({ classId }) => isSeenBy(looker, lookers, labels[classId]!))
  if (paths.length === 0) return
  const set = new RuleSet({ camera, labels, clocks: new ZonedClocks(), emit })
  set.set(rulesOf(rules, looker, lookers), masks)
  const frame = emptyFrame(paths.length)
  // Half a frame less, for times that are rounded.
  for (const path of paths) path.beganMs = path.points[0]![0] + ((BEGAN_AFTER_FRAMES - 1.5) * 1000) / fps
  const from = Math.min(...paths.map(({ points }) => points[0]![0]))
  // Until the last one is gone.
  const to = Math.max(...paths.map(({ points }) => points.at(-1)![0])) + 2 * GONE_AFTER_MS
  for (let i = 0; from + (i * 1000) / fps <= to; i++) {
    frame.capturedMs = from + (i * 1000) / fps
    fill(frame, paths)
    set.step(frame)
  }
}

/** What no strategy finds is the model's, whatever its labels are now. */
function isSeenBy({ strategy, labels }: Looker, lookers: readonly Looker[], label: string): boolean {
  if (strategy !== null) return labels.includes(label)
  return !lookers.some((other) => other.strategy !== null && other.labels.includes(label))
}

function pathsOf(messages: readonly Tracks[], camera: string, labels: string[]): Path[] {
  const paths = new Map<number, Path>()
  for (const { from, tracks } of messages) {
    const fromMs = Date.parse(from)
    for (const { track, label, confidence, points, camera: seenBy } of tracks) {
      if (seenBy !== camera) continue
      if (!labels.includes(label)) labels.push(label)
      const path = paths.get(track) ?? { id: track, classId: 0, confidence: 0, points: [], beganMs: 0, at: 0 }
      paths.set(track, path)
      path.classId = labels.indexOf(label)
      path.confidence = confidence
      for (const [ms, ...box] of points) path.points.push([fromMs + ms, ...box])
    }
  }
  return [...paths.values()]
}

function fill(frame: FrameObjects, paths: readonly Path[]): void {
  const { capturedMs: ms, boxes } = frame
  frame.count = 0
  for (const path of paths) {
    const { points } = path
    while (path.at + 1 < points.length && points[path.at + 1]![0] <= ms) path.at++
    const before = points[path.at]!
    const after = points[path.at + 1]
    if (ms < path.beganMs || (after === undefined && before[0] < ms)) continue
    if (after !== undefined && before[0] < ms && after[0] - before[0] >= GONE_AFTER_MS) continue
    const share = after === undefined ? 0 : (ms - before[0]) / (after[0] - before[0])
    const i = frame.count++
    frame.trackId[i] = path.id
    frame.classId[i] = path.classId
    frame.confidence[i] = path.confidence
    for (let k = 0; k < 4; k++) {
      boxes[4 * i + k] = before[k + 1]! + (after === undefined ? 0 : (after[k + 1]! - before[k + 1]!) * share)
    }
  }
}

function emptyFrame(room: number): FrameObjects {
  return {
    count: 0,
    capturedMs: 0,
    trackId: new Float64Array(room),
    classId: new Uint32Array(room),
    confidence: new Float32Array(room),
    boxes: new Float32Array(4 * room)
  }
}
