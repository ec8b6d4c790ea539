/** `up/reported` from what each room knows. Pure. */
import { type CameraState, clipped, type Reported, type ReportedCamera, VERSION } from '@vedette/protocol'

export interface CameraFacts {
  state: CameraState
  since: number
  reason: string
  nextTryAt: number | null
  codec?: string
  width?: number
  height?: number
}

export interface ReportInput {
  atMs: number
  desired: Pick<Reported, 'observed' | 'applied' | 'lastGood' | 'whyNotYet'>
  cameras: ReadonlyMap<string, CameraFacts>
  models: Reported['models']
  engine: { state: Reported['engine']['state']; since: number; reason: string; restarts: number }
  /** Of the box itself, in words. */
  troubles: readonly string[]
  strategies?: NonNullable<Reported['strategies']>
}

export function reported({ atMs, desired, cameras, models, engine, troubles, strategies }: ReportInput): Reported {
  const { observed, applied, lastGood, whyNotYet } = desired
  return {
    v: VERSION,
    at: iso(atMs),
    observed,
    applied,
    lastGood,
    whyNotYet: clipped(whyNotYet),
    cameras: Object.fromEntries([...cameras].map(([id, camera]) => [id, reportedCamera(camera)])),
    models,
    engine: {
      state: engine.state,
      since: iso(engine.since),
      reason: clipped(engine.reason),
      restarts: engine.restarts
    },
    ...(strategies && { strategies }),
    ...(troubles.length > 0 && { troubles: troubles.map(clipped) })
  }
}

function reportedCamera({ state, since, reason, nextTryAt, codec, width, height }: CameraFacts): ReportedCamera {
  return {
    state,
    since: iso(since),
    reason: clipped(reason),
    ...(nextTryAt === null ? {} : { nextTry: iso(nextTryAt) }),
    ...(codec ? { codec } : {}),
    ...(width ? { width: Math.round(width) } : {}),
    ...(height ? { height: Math.round(height) } : {})
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
