/**
 * What a box gives up when it is too slow for what it was asked, rung by rung, and when it takes it back. Pure: a load a
 * second goes in. Live pictures and events stay on every rung.
 */

export interface Rung {
  /** Every n-th of the frames that were asked for is analysed. */
  everyNth: number
  /** Models beside the detector run: a compared one, classifiers. */
  hasSecondModels: boolean
}

export const RUNGS: readonly [Rung, ...Rung[]] = [
  { everyNth: 1, hasSecondModels: true },
  { everyNth: 1, hasSecondModels: false },
  { everyNth: 2, hasSecondModels: false },
  { everyNth: 4, hasSecondModels: false },
  { everyNth: 8, hasSecondModels: false },
  { everyNth: 16, hasSecondModels: false }
]

export interface Load {
  at: number
  /** Live cameras, and frames a second that they offer together. */
  cameras: number
  offeredFps: number
  /** 0 … 1: of the frames offered, those thrown away because the analysis was slower. */
  droppedShare: number
  /** Seconds of inference in a second; null when the pipeline does not tell. */
  busy: number | null
  /** Whether there is a second model to give up. */
  hasSecondModels: boolean
}

export interface Ladder {
  rung: number
  /** Since when too many frames are thrown away, and since when none. */
  badSince: number | null
  goodSince: number | null
  /** Loads since it is good, and of those that tell it, the sum of how busy they were. */
  goodLoads: number
  goodBusy: number | null
  /** How long it must be good before it steps up; twice as long after each step up that was too early. */
  patienceMs: number
  steppedUpAt: number | null
  cameras: number
}

const TOO_MANY = 0.1
const NONE = 0.01
const DOWN_AFTER_MS = 5_000
const UP_AFTER_MS = 20_000
const LONGEST_PATIENCE_MS = 30 * 60_000
/** A step up that is followed by a step down within this time was too early. */
const EARLY_MS = 60_000
/** Above so much of inference nothing is left for decoding. */
const FULL = 0.75

export const atTheTop: Ladder = {
  rung: 0,
  badSince: null,
  goodSince: null,
  goodLoads: 0,
  goodBusy: 0,
  patienceMs: UP_AFTER_MS,
  steppedUpAt: null,
  cameras: 0
}

const nothingGood = { goodSince: null, goodLoads: 0, goodBusy: 0 }

export function step(before: Ladder, load: Load): Ladder {
  const { at, droppedShare } = load
  // With other cameras it is another question.
  const ladder =
    load.cameras === before.cameras ? before : { ...before, cameras: load.cameras, patienceMs: UP_AFTER_MS }
  const isBad = droppedShare > TOO_MANY
  const isGood = droppedShare <= NONE
  const seen: Ladder = {
    ...(isGood && ladder.goodSince !== null ? ladder : { ...ladder, ...nothingGood }),
    badSince: isBad ? (ladder.badSince ?? at) : null
  }
  if (isGood) {
    seen.goodSince ??= at
    seen.goodLoads++
    seen.goodBusy = seen.goodBusy === null || load.busy === null ? null : seen.goodBusy + load.busy
  }
  if (seen.badSince !== null && at - seen.badSince >= DOWN_AFTER_MS) return down(seen, load)
  if (seen.goodSince !== null && at - seen.goodSince >= seen.patienceMs) return up(seen, load)
  return seen
}

/** What was seen so far says nothing of what comes. */
export function waited(ladder: Ladder): Ladder {
  return { ...ladder, ...nothingGood, badSince: null }
}

export function rungOf({ rung }: Ladder): Rung {
  return RUNGS[rung] ?? RUNGS[0]
}

/** What the box says of it; empty at the top. */
export function ladderWords(ladder: Ladder, { cameras, offeredFps }: Pick<Load, 'cameras' | 'offeredFps'>): string {
  if (ladder.rung === 0) return ''
  const { everyNth } = rungOf(ladder)
  const given = everyNth === 1 ? 'only the detector runs' : `it analyses every ${ordinal(everyNth)} frame`
  const fps = Math.round(offeredFps / Math.max(1, cameras))
  const what = `${cameras} ${cameras === 1 ? 'camera' : 'cameras'} at ${fps} frames a second`
  return `This box is too slow for ${what}: ${given}. Remove cameras, lower their frame rate, or use a smaller model.`
}

function down(ladder: Ladder, load: Load): Ladder {
  const rung = next(ladder.rung, 1, load)
  const wasEarly = ladder.steppedUpAt !== null && load.at - ladder.steppedUpAt < EARLY_MS
  const patienceMs = wasEarly ? Math.min(LONGEST_PATIENCE_MS, ladder.patienceMs * 2) : ladder.patienceMs
  return { ...waited(ladder), rung, patienceMs, steppedUpAt: null }
}

/** As far up as inference has room for; one rung where the pipeline does not tell how busy it is. */
function up(ladder: Ladder, load: Load): Ladder {
  let rung = next(ladder.rung, -1, load)
  if (ladder.goodBusy !== null) {
    const busy = ladder.goodBusy / ladder.goodLoads
    const fits = (to: number) => (busy * everyNthOf(ladder.rung)) / everyNthOf(to) <= FULL
    // Asked anew after as long.
    if (!fits(rung)) return waited(ladder)
    // What a second model would cost is not known while it does not run: it comes back by a step of its own.
    const highest = load.hasSecondModels ? 1 : 0
    while (rung > highest && fits(next(rung, -1, load))) rung = next(rung, -1, load)
  }
  if (rung === ladder.rung) return ladder
  return { ...waited(ladder), rung, steppedUpAt: load.at }
}

function everyNthOf(rung: number): number {
  return RUNGS[rung]?.everyNth ?? 1
}

/** Without a second model there is nothing to give up on the first rung. */
function next(rung: number, by: 1 | -1, { hasSecondModels }: Load): number {
  const to = rung + by === 1 && !hasSecondModels ? rung + 2 * by : rung + by
  return Math.min(RUNGS.length - 1, Math.max(0, to))
}

function ordinal(n: number): string {
  return n === 2 ? '2nd' : `${n}th`
}
