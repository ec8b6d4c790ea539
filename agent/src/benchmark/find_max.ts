/**
 * How many real-time cameras a machine carries, by two runs: the first lets films go as fast as analysis takes them, which
 * gives the frames a second there are to share out; the second runs that many cameras at their own pace, and must keep up.
 * Where it does not, what lies between is tried by halves.
 */
import type { Figures } from './figures.ts'

export interface FindMax {
  /** Frames a second that analysis takes when nothing paces it. */
  capacityFps: number
  cameraFps: number
  /** 0: not even one camera keeps up. */
  cameras: number
  tries: { cameras: number; analysedFps: number; dropped: number; keepsUp: boolean }[]
  /** Figures of the run that kept up; of the last one when none did. */
  figures: Figures
}

export interface Runs {
  unpaced(): Promise<{ figures: Figures; cameraFps: number }>
  paced(cameras: number): Promise<Figures>
  isStopped(): boolean
}

/** A camera may miss this much of its frames and still count as carried. */
const MISSED = 0.02
const MOST = 256
const TRIES = 8

export async function findMax(runs: Runs): Promise<FindMax> {
  const { figures: first, cameraFps } = await runs.unpaced()
  const tries: FindMax['tries'] = []
  let figures = first
  let carried = 0
  let tooMany = Math.min(MOST, Math.floor(first.analysedFps / cameraFps)) + 1
  let guess = Math.max(1, tooMany - 1)
  while (guess > carried && (guess < tooMany || tries.length === 0) && tries.length < TRIES && !runs.isStopped()) {
    const run = await runs.paced(guess)
    const keepsUp = doesKeepUp(run, cameraFps)
    tries.push({ cameras: guess, analysedFps: run.analysedFps, dropped: run.dropped, keepsUp })
    if (keepsUp || carried === 0) figures = run
    if (keepsUp) carried = guess
    else tooMany = guess
    guess = Math.floor((carried + tooMany) / 2)
  }
  return { capacityFps: first.analysedFps, cameraFps, cameras: carried, tries, figures }
}

/** Every camera of them: a mean would hide the one that starves. */
export function doesKeepUp({ sources }: Figures, cameraFps: number): boolean {
  return sources.every(({ analysedFps }) => analysedFps >= cameraFps * (1 - MISSED))
}
