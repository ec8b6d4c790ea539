/**
 * Is a new model any good? Decided from what the engine tells, by a pure function. It must start, must not fall again
 * and again, and must see something during its trial where the model before it saw something.
 */

/** What was seen in a stretch of time. */
export interface Counts {
  frames: number
  objects: number
}

export interface Trial {
  /** How long it must run, milliseconds. */
  lengthMs: number
  /** When the model was given to the engine, and when its pipeline ran first. Milliseconds. */
  beganAt: number
  runningAt: number | null
  /** Times the engine fell with this model and nobody asked for it. */
  fallsAt: number[]
  seen: Counts
  /** The last minutes of the model before; null when there was none to compare with. */
  before: Counts | null
  verdict: Verdict
}

export type Verdict = { is: 'trying' } | { is: 'good' } | { is: 'bad'; reason: string }

export type TrialInput =
  | { what: 'running'; at: number }
  | { what: 'failed'; at: number; code: string; message: string }
  | { what: 'fell'; at: number }
  | { what: 'seen'; at: number; counts: Counts }
  | { what: 'tick'; at: number }

export const CRASHES = 3
export const CRASH_WINDOW_MS = 30_000
/** Fewer frames than this prove nothing: the cameras may be away, not the objects. */
const ENOUGH_FRAMES = 30
/** An old model that saw next to nothing proves nothing either. */
const ENOUGH_OBJECTS = 5
/** Codes of PipelineError that tell about the model rather than about the machine. */
export const MODEL_CODES: readonly string[] = ['model', 'plugin']

export function beginTrial(at: number, lengthMs: number, before: Counts | null): Trial {
  return {
    lengthMs,
    beganAt: at,
    runningAt: null,
    fallsAt: [],
    seen: { frames: 0, objects: 0 },
    before,
    verdict: { is: 'trying' }
  }
}

export function judge(trial: Trial, input: TrialInput): Trial {
  if (trial.verdict.is !== 'trying') return trial
  switch (input.what) {
    case 'running':
      return { ...trial, runningAt: trial.runningAt ?? input.at }
    case 'failed':
      return MODEL_CODES.includes(input.code) ? bad(trial, `It does not start: ${input.message}`) : trial
    case 'fell': {
      const fallsAt = [...trial.fallsAt, input.at].filter((at) => input.at - at <= CRASH_WINDOW_MS)
      const fallen = { ...trial, fallsAt }
      return fallsAt.length >= CRASHES ? bad(fallen, `The engine fell ${CRASHES} times within 30 s with it.`) : fallen
    }
    case 'seen': {
      // Until its pipeline runs, what is seen is of the model before.
      if (trial.runningAt === null) return trial
      const { frames, objects } = trial.seen
      const seen = { frames: frames + input.counts.frames, objects: objects + input.counts.objects }
      return decide({ ...trial, seen }, input.at)
    }
    case 'tick':
      return decide(trial, input.at)
  }
}

function decide(trial: Trial, at: number): Trial {
  if (trial.runningAt === null || at - trial.runningAt < trial.lengthMs) return trial
  const { seen, before } = trial
  if (seen.objects > 0) return { ...trial, verdict: { is: 'good' } }
  const isComparable = before !== null && before.frames >= ENOUGH_FRAMES && before.objects >= ENOUGH_OBJECTS
  if (!isComparable) return { ...trial, verdict: { is: 'good' } }
  // The cameras are away: wait with the judgement until there are pictures.
  if (seen.frames < ENOUGH_FRAMES) return trial
  return bad(
    trial,
    `It detected nothing in its first ${seen.frames} frames, where the model before had ${before.objects} objects in ${before.frames} frames.`
  )
}

function bad(trial: Trial, reason: string): Trial {
  return { ...trial, verdict: { is: 'bad', reason } }
}
