/**
 * What to draw over a picture: the objects at that picture's own capture time, never at the wall clock. Frames come by
 * another way than pictures and not all of them are analysed, so boxes between two analysed frames are interpolated.
 */
import { FoundByStrategies } from './found_by_strategies.ts'
import type { LiveAnalytics, LiveFrame, LiveObject } from './view.ts'

/** How far an analysed frame may lie from the picture and still speak for it. */
const REACH_US = 600_000
const TAIL_US = 3_000_000
const KEPT_US = 10_000_000
const KEPT_FRAMES = 600

export interface Overlay {
  objects: LiveObject[]
  /** Bottom centres, oldest first, by track. */
  tails: Map<number, [number, number][]>
  analytics: LiveAnalytics | null
}

export class FrameHistory {
  #frames: LiveFrame[] = []
  readonly #found = new FoundByStrategies()

  add(frames: LiveFrame[]): void {
    for (const frame of frames) {
      if (frame.strategy !== undefined) {
        this.#found.add(frame.strategy, frame)
        continue
      }
      // The box's clock was set back: what was before says nothing about what comes.
      if (frame.t < (this.newest?.t ?? 0) - KEPT_US) this.#frames = []
      this.#frames.push(frame)
    }
    this.#frames.sort((a, b) => a.t - b.t)
    const oldest = (this.newest?.t ?? 0) - KEPT_US
    this.#frames = this.#frames.filter((frame) => frame.t >= oldest).slice(-KEPT_FRAMES)
  }

  get newest(): LiveFrame | null {
    return this.#frames.at(-1) ?? null
  }

  /** Null when no analysed frame is near enough. */
  at(t: number): Overlay | null {
    const own = this.#objectsAt(t)
    const found = this.#found.at(t)
    if (own === null && found.length === 0) return null
    const objects = [...(own ?? []), ...found]
    return { objects, tails: this.#tails(t, objects), analytics: this.#analyticsAt(t) }
  }

  /** Counts stand until the next frame that has any: not every analysed frame need pass the analytics. */
  #analyticsAt(t: number): LiveAnalytics | null {
    return this.#frames.findLast((frame) => frame.t <= t && frame.analytics)?.analytics ?? null
  }

  #objectsAt(t: number): LiveObject[] | null {
    const after = this.#frames.findIndex((frame) => frame.t >= t)
    const next = this.#frames[after]
    if (next?.t === t) return next.objects
    const before = after < 0 ? this.#frames.at(-1) : this.#frames[after - 1]
    const isNear = (frame: LiveFrame | undefined): frame is LiveFrame =>
      frame !== undefined && Math.abs(frame.t - t) <= REACH_US
    if (isNear(before) && isNear(next)) return between(before, next, (t - before.t) / (next.t - before.t))
    return isNear(before) ? before.objects : isNear(next) ? next.objects : null
  }

  #tails(t: number, objects: LiveObject[]): Overlay['tails'] {
    const tails: Overlay['tails'] = new Map()
    for (const object of objects) if (object[0] !== 0) tails.set(object[0], [])
    for (const frame of this.#frames) {
      if (frame.t < t - TAIL_US || frame.t > t) continue
      for (const object of frame.objects) tails.get(object[0])?.push(foot(object))
    }
    for (const object of objects) tails.get(object[0])?.push(foot(object))
    return tails
  }
}

/** "car 41 93 % · red 88 %": what stands over a box. */
export function objectWords([track, name, confidence, , , , , parts]: LiveObject): string {
  const percent = (share: number) => `${Math.round(share * 100)} %`
  const attributes = (parts?.attributes ?? []).map(([label, probability]) => ` · ${label} ${percent(probability)}`)
  return `${name}${track ? ` ${track}` : ''} ${percent(confidence)}${attributes.join('')}`
}

function foot([, , , left, top, width, height]: LiveObject): [number, number] {
  return [left + width / 2, top + height]
}

/** Tracked objects of both frames on the way from one to the other; what only one has, as it is in the nearer one. */
function between(before: LiveFrame, next: LiveFrame, part: number): LiveObject[] {
  const nearer = part < 0.5 ? before : next
  const other = part < 0.5 ? next : before
  const share = part < 0.5 ? part : 1 - part
  return nearer.objects.map((object) => {
    const twin = object[0] === 0 ? undefined : other.objects.find((one) => one[0] === object[0])
    if (!twin) return object
    const mix = (i: 3 | 4 | 5 | 6) => object[i] + (twin[i] - object[i]) * share
    const [track, name, confidence, , , , , parts] = object
    const box: LiveObject = [track, name, confidence, mix(3), mix(4), mix(5), mix(6)]
    if (parts) box.push(parts)
    return box
  })
}
