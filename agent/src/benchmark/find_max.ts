/**
 * How many real-time cameras a machine carries. Films by two runs: the first lets them go as fast as analysis takes them,
 * which gives the frames a second there are to share out; the second runs that many at their own pace, and must keep up.
 * A camera cannot be hurried: it is read once, twice, four times … at the same time until the machine does not keep up.
 * What lies between is tried by halves.
 */
import type { Figures } from './figures.ts'

export interface FindMax {
  /** Frames a second that analysis takes when nothing paces it; null for a camera, which always does. */
  capacityFps: number | null
  cameraFps: number
  /** 0: not even one camera keeps up. */
  cameras: number
  /** Why the source, not the machine, carried no more: a camera takes only so many viewers. Null: it did. */
  refused: string | null
  tries: { cameras: number; analysedFps: number; dropped: number; keepsUp: boolean }[]
  /** Figures of the run that kept up; of the last one when none did. */
  figures: Figures
}

export interface Runs {
  /** Null: the source has a pace of its own. */
  unpaced: (() => Promise<Run>) | null
  paced(cameras: number): Promise<Run>
  /** So many are tried first where nothing is known yet. */
  first: number
  isStopped(): boolean
}

export interface Run {
  figures: Figures
  /** Of the source, by its own times. */
  cameraFps: number
}

/** A camera may miss this much of its frames and still count as carried. */
const MISSED = 0.02
const MOST = 256
const TRIES = 8

export async function findMax(runs: Runs): Promise<FindMax> {
  const free = runs.unpaced && (await runs.unpaced())
  const capacityFps = free?.figures.analysedFps ?? null
  const tries: FindMax['tries'] = []
  let last = free
  let carried = 0
  let refused: string | null = null
  let tooMany = free ? Math.min(MOST, Math.floor(free.figures.analysedFps / free.cameraFps)) + 1 : MOST + 1
  let isBounded = free !== null
  let guess = free ? Math.max(1, tooMany - 1) : runs.first
  while (guess > carried && (guess < tooMany || tries.length === 0) && tries.length < TRIES && !runs.isStopped()) {
    const { figures, cameraFps } = await runs.paced(guess)
    const keepsUp = doesKeepUp(figures, cameraFps)
    tries.push({ cameras: guess, analysedFps: figures.analysedFps, dropped: figures.dropped, keepsUp })
    if (keepsUp || carried === 0) last = { figures, cameraFps }
    if (keepsUp) carried = guess
    else {
      tooMany = guess
      isBounded = true
      refused = figures.sources.find(({ trouble }) => trouble !== null)?.trouble ?? null
    }
    guess = isBounded ? Math.floor((carried + tooMany) / 2) : Math.min(MOST, carried * 2)
  }
  if (last === null) throw new Error('stopped before the first run')
  return { capacityFps, cameraFps: last.cameraFps, cameras: carried, refused, tries, figures: last.figures }
}

/** Every camera of them: a mean would hide the one that starves. */
function doesKeepUp({ sources }: Figures, cameraFps: number): boolean {
  return sources.every(({ analysedFps }) => analysedFps >= cameraFps * (1 - MISSED))
}
