/**
 * What a box gives up when it is too slow for what it was asked, step by step, and how it takes it back in the reverse
 * order. Pure: a load a second goes in. Live pictures and events stay, whatever is given up.
 */

/** `factor`: how many times as many frames are analysed once it is taken back. */
export type Step =
  | { give: 'compared model' }
  | { give: 'secondary models' }
  /** Half as many frames are inferred; the tracker still sees all of them. */
  | { give: 'interval'; factor: 2 }
  /** Frames beyond `fps` a second of a camera stay out of the pipeline: for a box that has no time for anything. */
  | { give: 'rate'; factor: number; fps: number }

export interface Load {
  at: number
  /** Live cameras, and frames a second that they offer together. */
  cameras: number
  offeredFps: number
  /** 0 … 1: of the frames offered, those thrown away because the analysis was slower. */
  droppedShare: number
  /** Seconds of inference in a second; null when the pipeline does not tell. */
  busy: number | null
  /** What there is to give up. */
  hasCompared: boolean
  hasSecondaries: boolean
}

export interface Ladder {
  /** The last one is taken back first. */
  given: readonly Step[]
  /** Since when too many frames are thrown away, and since when none. */
  badSince: number | null
  goodSince: number | null
  /** Loads since it is bad or good, and of those that tell it, the sum of how busy they were. */
  loads: number
  busy: number | null
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
/** Below so much of inference it is not what the frames wait for: they are too many for the rest of the pipeline. */
const IDLE = 0.4
const RATES = [15, 10, 5, 2, 1]
/** How many times as many frames there must be, for a rate to be a step. */
const WORTH = 1.4
const LONGEST_INTERVAL = 16

export const atTheTop: Ladder = {
  given: [],
  badSince: null,
  goodSince: null,
  loads: 0,
  busy: 0,
  patienceMs: UP_AFTER_MS,
  steppedUpAt: null,
  cameras: 0
}

const nothingSeen = { badSince: null, goodSince: null, loads: 0, busy: 0 }

export function step(before: Ladder, load: Load): Ladder {
  const { at, droppedShare } = load
  const ladder = asked(before, load)
  if (droppedShare > TOO_MANY) {
    const seen = count(ladder, load, 'badSince')
    return at - (seen.badSince ?? at) >= DOWN_AFTER_MS ? down(seen, load) : seen
  }
  if (droppedShare <= NONE) {
    const seen = count(ladder, load, 'goodSince')
    return at - (seen.goodSince ?? at) >= seen.patienceMs ? up(seen, load) : seen
  }
  return waited(ladder)
}

/** What was seen so far says nothing of what comes. */
export function waited(ladder: Ladder): Ladder {
  return { ...ladder, ...nothingSeen }
}

/** Every n-th of the frames that reach the pipeline is inferred. */
export function everyNthOf({ given }: Ladder): number {
  return 2 ** given.filter(({ give }) => give === 'interval').length
}

/** Frames of a camera that reach the pipeline in a second, at most; null: as many as were asked for. */
export function rateOf({ given }: Ladder): number | null {
  return given.findLast((one) => one.give === 'rate')?.fps ?? null
}

export function hasGiven({ given }: Ladder, what: Step['give']): boolean {
  return given.some(({ give }) => give === what)
}

/** What the box says of it; empty at the top. */
export function ladderWords(ladder: Ladder, { cameras, offeredFps }: Pick<Load, 'cameras' | 'offeredFps'>): string {
  if (ladder.given.length === 0) return ''
  const everyNth = everyNthOf(ladder)
  const rate = rateOf(ladder)
  const given = [
    ...(rate === null ? [] : [`it takes at most ${framesASecond(rate)} of each camera`]),
    ...(everyNth === 1 ? [] : [`it analyses every ${ordinal(everyNth)} frame`]),
    ...(hasGiven(ladder, 'secondary models') ? ['secondary models wait'] : []),
    ...(hasGiven(ladder, 'compared model') ? ['the compared model waits'] : [])
  ]
  const what = `${cameras} ${cameras === 1 ? 'camera' : 'cameras'} at ${framesASecond(offeredFps / Math.max(1, cameras))}`
  return `This box is too slow for ${what}: ${given.join(', ')}. Remove cameras, lower their frame rate, or use a smaller model.`
}

/** What is not there any more is not given up; with other cameras it is another question. */
function asked(before: Ladder, { cameras, hasCompared, hasSecondaries }: Load): Ladder {
  const isThere = { 'compared model': hasCompared, 'secondary models': hasSecondaries, interval: true, rate: true }
  const kept = before.given.filter(({ give }) => isThere[give])
  const given = kept.length === before.given.length ? before.given : kept
  return { ...before, given, ...(cameras !== before.cameras && { cameras, patienceMs: UP_AFTER_MS }) }
}

function count(ladder: Ladder, load: Load, since: 'badSince' | 'goodSince'): Ladder {
  const seen = ladder[since] === null ? { ...waited(ladder), [since]: load.at } : ladder
  const busy = seen.busy === null || load.busy === null ? null : seen.busy + load.busy
  return { ...seen, loads: seen.loads + 1, busy }
}

function down(ladder: Ladder, load: Load): Ladder {
  const next = nextStep(ladder, load)
  const wasEarly = ladder.steppedUpAt !== null && load.at - ladder.steppedUpAt < EARLY_MS
  const patienceMs = wasEarly ? Math.min(LONGEST_PATIENCE_MS, ladder.patienceMs * 2) : ladder.patienceMs
  const given = next === null ? ladder.given : [...ladder.given, next]
  return { ...waited(ladder), given, patienceMs, steppedUpAt: null }
}

/** First what nobody counts on, then what is most of the work. Null: there is nothing left to give up. */
function nextStep(ladder: Ladder, load: Load): Step | null {
  if (load.hasCompared && !hasGiven(ladder, 'compared model')) return { give: 'compared model' }
  if (load.hasSecondaries && !hasGiven(ladder, 'secondary models')) return { give: 'secondary models' }
  const rate = slower(ladder, load)
  const interval: Step | null = everyNthOf(ladder) < LONGEST_INTERVAL ? { give: 'interval', factor: 2 } : null
  const isInferenceIdle = ladder.busy !== null && ladder.busy / ladder.loads < IDLE
  return isInferenceIdle ? (rate ?? interval) : (interval ?? rate)
}

function slower(ladder: Ladder, { offeredFps, cameras }: Load): Step | null {
  const now = Math.min(offeredFps / Math.max(1, cameras), rateOf(ladder) ?? Number.POSITIVE_INFINITY)
  const fps = RATES.find((rate) => rate * WORTH <= now)
  return fps === undefined ? null : { give: 'rate', factor: now / fps, fps }
}

/** As far up as inference has room for; one step where the pipeline does not tell how busy it is. */
function up(ladder: Ladder, load: Load): Ladder {
  const last = ladder.given.at(-1)
  if (last === undefined) return ladder
  const given = ladder.given.slice(0, -1)
  const busy = ladder.busy === null ? null : ladder.busy / ladder.loads
  if (busy !== null && 'factor' in last) {
    let room = FULL / (busy * last.factor)
    // Asked anew after as long.
    if (room < 1) return waited(ladder)
    // What a model that waits would cost is not known, nor what stands behind a rate: each comes back by a step of its own.
    for (let next = given.at(-1); last.give === 'interval' && next?.give === 'interval'; next = given.at(-1)) {
      room /= next.factor
      if (room < 1) break
      given.pop()
    }
  }
  return { ...waited(ladder), given, steppedUpAt: load.at }
}

function framesASecond(fps: number): string {
  const whole = Math.round(fps)
  return `${whole} ${whole === 1 ? 'frame' : 'frames'} a second`
}

function ordinal(n: number): string {
  return n === 2 ? '2nd' : `${n}th`
}
