/**
 * What to do about each camera: a pure state machine (design 2.5). In: what the pipeline saw, what the clock says, what
 * a TCP probe found. Out: the new state and what to do. Times are milliseconds of one clock that the caller chooses.
 */
import type { SourceEvent } from '@vedette/native'
import type { CameraState, Id } from '@vedette/protocol'
import { AUTH, delayAfter, NETWORK, UNSUPPORTED } from './backoff.ts'
import { type Hosts, judgeProbe, probesDue, sawFailure } from './host_probes.ts'
import { nextTurn, openTurnstile, type Turnstile } from './turnstile.ts'
import { type Cause, whyTrying, whyWaiting } from './words.ts'

export const CONNECT_LIMIT_MS = 15_000
const STALL_LIMIT_MS = 10_000
/** Whoever joins a stream waits for its next keyframe: cameras that save bandwidth send one every 20 s. */
export const KEYFRAME_LIMIT_MS = 30_000
/** Live for so long, a camera is well again and its next failure is a first one. */
const STABLE_MS = 30_000

export interface CameraSupervision {
  state: CameraState
  since: number
  reason: string
  nextTryAt: number | null
  /** host:port for sources on the network, else null. */
  host: string | null
  cause: Cause | null
  /** Delay before the last try; 0 after a success. */
  delayMs: number
  linkedAt: number | null
  liveAt: number | null
  /** What the connection has brought so far, a picture not yet among it. */
  brought: 'nothing' | 'packets' | 'keyframes'
  /** What an element said last of a connection that is not live yet; empty when nothing. */
  warning: string
  codec?: string
  width?: number
  height?: number
}

export interface Supervision {
  cameras: ReadonlyMap<Id, CameraSupervision>
  hosts: Hosts
  turnstile: Turnstile
}

export type SupervisionInput =
  | { input: 'add'; camera: Id; isEnabled: boolean; host: string | null }
  | { input: 'remove'; camera: Id }
  | {
      input: 'source'
      camera: Id
      event: Pick<SourceEvent, 'what' | 'codec' | 'width' | 'height' | 'failure' | 'message'>
      isFile?: boolean
    }
  /** Age of the last decoded frame, -1 before the first; what came in since the last time, and keyframes so far. */
  | { input: 'age'; camera: Id; lastFrameAgeMs: number; bitsPerSecond: number; keyframes: number }
  | { input: 'probe'; host: string; isReachable: boolean }
  | { input: 'tick' }

export type Action = { do: 'connect'; camera: Id } | { do: 'disconnect'; camera: Id } | { do: 'probe'; host: string }

export interface Moment {
  at: number
  /** In [0, 1): the jitter. */
  random: () => number
}

export interface Outcome {
  state: Supervision
  actions: Action[]
}

const nothingYet = { linkedAt: null, liveAt: null, brought: 'nothing', warning: '' } as const

export const nothingSupervised: Supervision = { cameras: new Map(), hosts: new Map(), turnstile: openTurnstile }

export function supervise(before: Supervision, input: SupervisionInput, moment: Moment): Outcome {
  switch (input.input) {
    case 'add':
      return add(before, input, moment.at)
    case 'remove': {
      const cameras = new Map(before.cameras)
      const isKnown = cameras.delete(input.camera)
      return { state: { ...before, cameras }, actions: isKnown ? [{ do: 'disconnect', camera: input.camera }] : [] }
    }
    case 'source':
      return source(before, input, moment)
    case 'age':
      return age(before, input, moment)
    case 'probe':
      return probe(before, input, moment.at)
    case 'tick':
      return tick(before, moment)
  }
}

function add(before: Supervision, input: SupervisionInput & { input: 'add' }, at: number): Outcome {
  const { camera, isEnabled, host } = input
  const fresh = { since: at, nextTryAt: null, host, cause: null, delayMs: 0, ...nothingYet }
  if (!isEnabled) return changed(before, camera, { ...fresh, state: 'disabled', reason: 'Disabled in the settings.' })
  const { turnstile, turnAt } = nextTurn(before.turnstile, host, at)
  const added: CameraSupervision = { ...fresh, state: 'connecting', reason: '' }
  if (turnAt > at) return changed({ ...before, turnstile }, camera, { ...added, nextTryAt: turnAt })
  return changed({ ...before, turnstile }, camera, added, [{ do: 'connect', camera }])
}

function source(before: Supervision, input: SupervisionInput & { input: 'source' }, moment: Moment): Outcome {
  const { event } = input
  const camera = before.cameras.get(input.camera)
  // A source that was given up may still say something.
  if (!camera || !isAtWork(camera)) return unchanged(before)
  switch (event.what) {
    case 'connecting':
      return unchanged(before)
    case 'linked':
      return changed(before, input.camera, { ...seen(camera, event), linkedAt: moment.at })
    case 'live':
      return changed(before, input.camera, live(seen(camera, event), moment.at))
    case 'warned':
      return warned(before, input.camera, camera, event.message ?? '')
    case 'ended':
      if (input.isFile) {
        const idle = { state: 'idle' as const, since: moment.at, reason: 'Ended: the file was played to its end.' }
        return changed(before, input.camera, { ...camera, ...idle }, [{ do: 'disconnect', camera: input.camera }])
      }
      return wait(before, input.camera, 'ended', moment)
    case 'failed':
      return wait(before, input.camera, event.failure ?? 'internal', moment, event.message)
    case 'removed':
      return wait(before, input.camera, 'removed', moment)
  }
}

/** A camera that is live needs no explanation: the log has the warning. */
function warned(before: Supervision, id: Id, camera: CameraSupervision, warning: string): Outcome {
  if (camera.state === 'live' || warning === '') return unchanged(before)
  return changed(before, id, { ...camera, warning, reason: whyTrying(camera.cause, warning) })
}

function age(before: Supervision, input: SupervisionInput & { input: 'age' }, moment: Moment): Outcome {
  const camera = before.cameras.get(input.camera)
  if (!camera || !isAtWork(camera)) return unchanged(before)
  const { lastFrameAgeMs } = input
  if (camera.state === 'live') {
    const isStalled = lastFrameAgeMs > STALL_LIMIT_MS
    return isStalled ? wait(before, input.camera, 'stall', moment) : unchanged(before)
  }
  // The statistics may come before the event.
  const isFlowing = lastFrameAgeMs >= 0 && lastFrameAgeMs < STALL_LIMIT_MS
  if (isFlowing) return changed(before, input.camera, live(camera, moment.at))
  const brought = input.keyframes > 0 ? 'keyframes' : input.bitsPerSecond > 0 ? 'packets' : camera.brought
  return brought === camera.brought ? unchanged(before) : changed(before, input.camera, { ...camera, brought })
}

function tick(before: Supervision, moment: Moment): Outcome {
  let state = before
  const actions: Action[] = []
  for (const [id, camera] of before.cameras) {
    const outcome = tickCamera(state, id, camera, moment)
    state = outcome.state
    actions.push(...outcome.actions)
  }
  const { hosts, due } = probesDue(state.hosts, hostsInTrouble(state), moment.at)
  return { state: { ...state, hosts }, actions: [...actions, ...due.map((host) => ({ do: 'probe', host }) as const)] }
}

function tickCamera(before: Supervision, id: Id, camera: CameraSupervision, moment: Moment): Outcome {
  const { at } = moment
  if (camera.nextTryAt !== null && camera.nextTryAt <= at) {
    const trying: CameraSupervision = {
      ...camera,
      state: 'connecting',
      since: at,
      reason: whyTrying(camera.cause),
      nextTryAt: null,
      ...nothingYet
    }
    return changed(before, id, trying, [{ do: 'connect', camera: id }])
  }
  if (camera.nextTryAt === null && camera.state === 'connecting' && at >= limitOf(camera)) {
    return wait(before, id, whyNoPicture(camera), moment)
  }
  return unchanged(before)
}

/** A host that answers again gets its cameras back at once, one after the other. */
function probe(before: Supervision, input: SupervisionInput & { input: 'probe' }, at: number): Outcome {
  const { hosts, isBack } = judgeProbe(before.hosts, input, at)
  const cameras = new Map(before.cameras)
  let { turnstile } = before
  for (const [id, camera] of before.cameras) {
    if (!isBack || camera.host !== input.host || !waitsForNetwork(camera)) continue
    const turn = nextTurn(turnstile, camera.host, at)
    turnstile = turn.turnstile
    cameras.set(id, { ...camera, delayMs: 0, nextTryAt: turn.turnAt })
  }
  return { state: { cameras, hosts, turnstile }, actions: [] }
}

function wait(before: Supervision, id: Id, cause: Cause, { at, random }: Moment, detail = ''): Outcome {
  const camera = before.cameras.get(id)!
  const wasStable = camera.liveAt !== null && at - camera.liveAt >= STABLE_MS
  const delayMs = delayAfter(policyOf(cause), wasStable ? 0 : camera.delayMs, random())
  const waiting: CameraSupervision = {
    ...camera,
    state: stateOf(cause),
    since: at,
    reason: whyWaiting(cause, delayMs, detail || camera.warning),
    cause,
    delayMs,
    nextTryAt: at + delayMs,
    ...nothingYet
  }
  const hosts = camera.host === null ? before.hosts : sawFailure(before.hosts, camera.host, cause, at)
  return { state: put({ ...before, hosts }, id, waiting), actions: [{ do: 'disconnect', camera: id }] }
}

function stateOf(cause: Cause): CameraState {
  if (cause === 'unauthorized') return 'auth_failed'
  if (cause === 'unsupported-codec') return 'unsupported'
  return STALLS.includes(cause) ? 'stalled' : 'backing_off'
}

const STALLS: readonly Cause[] = ['stall', 'no-data', 'no-keyframe', 'no-picture']

function whyNoPicture({ brought, linkedAt }: CameraSupervision): Cause {
  if (brought === 'keyframes') return 'no-picture'
  if (brought === 'packets') return 'no-keyframe'
  return linkedAt === null ? 'no-link' : 'no-data'
}

function policyOf(cause: Cause) {
  if (cause === 'unauthorized') return AUTH
  return cause === 'unsupported-codec' ? UNSUPPORTED : NETWORK
}

const NETWORK_CAUSES: readonly Cause[] = ['refused', 'dns', 'network', 'timeout', 'no-link', 'ended']

function waitsForNetwork(camera: CameraSupervision): boolean {
  return camera.state === 'backing_off' && camera.cause !== null && NETWORK_CAUSES.includes(camera.cause)
}

function hostsInTrouble({ cameras }: Supervision): { waiting: Set<string>; troubled: Set<string> } {
  const waiting = new Set<string>()
  const troubled = new Set<string>()
  for (const camera of cameras.values()) {
    if (camera.host === null) continue
    if (waitsForNetwork(camera)) waiting.add(camera.host)
    if (camera.state !== 'live' && camera.state !== 'disabled') troubled.add(camera.host)
  }
  return { waiting, troubled }
}

function limitOf(camera: CameraSupervision): number {
  if (camera.brought !== 'nothing') return (camera.linkedAt ?? camera.since) + KEYFRAME_LIMIT_MS
  return camera.linkedAt === null ? camera.since + CONNECT_LIMIT_MS : camera.linkedAt + STALL_LIMIT_MS
}

function isAtWork({ state }: CameraSupervision): boolean {
  return state === 'connecting' || state === 'live'
}

function live(camera: CameraSupervision, at: number): CameraSupervision {
  if (camera.state === 'live') return camera
  const linkedAt = camera.linkedAt ?? at
  return { ...camera, state: 'live', since: at, reason: '', warning: '', cause: null, liveAt: at, linkedAt }
}

function seen(camera: CameraSupervision, { codec, width, height }: Pick<SourceEvent, 'codec' | 'width' | 'height'>) {
  return {
    ...camera,
    ...(codec === undefined ? {} : { codec }),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height })
  }
}

function put(before: Supervision, id: Id, camera: CameraSupervision): Supervision {
  return { ...before, cameras: new Map(before.cameras).set(id, camera) }
}

function changed(before: Supervision, id: Id, camera: CameraSupervision, actions: Action[] = []): Outcome {
  return { state: put(before, id, camera), actions }
}

function unchanged(state: Supervision): Outcome {
  return { state, actions: [] }
}
