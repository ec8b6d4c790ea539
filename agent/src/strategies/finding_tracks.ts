/**
 * Which finding is the same object as one of the frames before: the one of its label that overlaps it most. Strategies
 * look a few times a second and know no tracks; events are about tracks. Pure: time comes with the frames.
 */
import type { Found } from './findings.ts'

interface Known {
  track: number
  label: number
  box: Found['box']
  seenMs: number
}

/** Less overlap (IoU) is another object; a small thing that moves fast is one only while it overlaps itself. */
const LEAST_OVERLAP = 0.2
/** As long as a track of the pipeline may be away before it has ended (uplink/track_book.ts). */
const FORGOTTEN_MS = 2000

export class FindingTracks {
  #known: Known[] = []
  readonly #next: () => number

  constructor(next: () => number) {
    this.#next = next
  }

  /** The track of each finding, in its order. */
  follow(found: readonly Found[], atMs: number): number[] {
    this.#known = this.#known.filter(({ seenMs }) => atMs - seenMs <= FORGOTTEN_MS)
    const pairs = found.flatMap(({ label, box }, i) =>
      this.#known.flatMap((known) => {
        const overlap = known.label === label ? iou(known.box, box) : 0
        return overlap >= LEAST_OVERLAP ? [{ i, known, overlap }] : []
      })
    )
    const taken = new Map<number, Known>()
    const given = new Set<Known>()
    for (const { i, known } of pairs.toSorted((a, b) => b.overlap - a.overlap)) {
      if (taken.has(i) || given.has(known)) continue
      taken.set(i, known)
      given.add(known)
    }
    return found.map(({ label, box }, i) => {
      const known = taken.get(i) ?? this.#meet(label)
      known.box = box
      known.seenMs = atMs
      return known.track
    })
  }

  #meet(label: number): Known {
    const known: Known = { track: this.#next(), label, box: [0, 0, 0, 0], seenMs: 0 }
    this.#known.push(known)
    return known
  }
}

function iou([al, at, aw, ah]: Found['box'], [bl, bt, bw, bh]: Found['box']): number {
  const wide = Math.min(al + aw, bl + bw) - Math.max(al, bl)
  const high = Math.min(at + ah, bt + bh) - Math.max(at, bt)
  if (wide <= 0 || high <= 0) return 0
  return (wide * high) / (aw * ah + bw * bh - wide * high)
}
