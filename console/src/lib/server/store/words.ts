/** What to tell a person about a box or an event: what is, since when, why, what to do. Pure. */
import type { EventBody } from '@vedette/protocol'
import type { BoxState } from '../../view.ts'
import { heldWords, tellSent } from './alert_words.ts'
import type { Standing } from './board.ts'
import { tellRule } from './rule_words.ts'

/** Three health messages missed. */
export const HEALTH_STALE_MS = 35_000

export interface Judgement {
  state: BoxState
  sinceMs: number
  why: string
  /** What `why` tells, each by itself. */
  faults: string[]
}

export function judge(standing: Standing, addedMs: number, nowMs: number): Judgement {
  const { faults, ...judged } = judgeOf(standing, addedMs, nowMs)
  return { ...judged, faults, why: faults.join(' ') }
}

function judgeOf(standing: Standing, addedMs: number, nowMs: number): Omit<Judgement, 'why'> {
  const { presence, reported } = standing
  if (presence === null) {
    return {
      state: 'pending',
      sinceMs: addedMs,
      faults: ['Never heard of. Put its id and secret into the settings of the agent and start it.']
    }
  }
  const sinceMs = Date.parse(presence.since)
  if (!presence.online) {
    return {
      state: 'offline',
      sinceMs: standing.heardMs ?? sinceMs,
      faults: [`Link lost${lastSeen(standing)}. Check power and network.`]
    }
  }
  if (!standing.isHeard) {
    const since = standing.heardMs ?? sinceMs
    return {
      state: 'offline',
      sinceMs: since,
      faults: [`Not back since the console was started${lastSeen(standing)}.`]
    }
  }
  const faults = reported === null ? [] : faultsOf(standing)
  if (standing.healthMs !== null && nowMs - standing.healthMs > HEALTH_STALE_MS) {
    faults.push(`Connected, but no health message for ${Math.round((nowMs - standing.healthMs) / 1000)} s.`)
  }
  return faults.length === 0
    ? { state: 'live', sinceMs, faults }
    : { state: 'degraded', sinceMs: since(standing) ?? sinceMs, faults }
}

function faultsOf(standing: Standing): string[] {
  const reported = standing.reported!
  const faults: string[] = []
  if (reported.engine.state === 'backing_off')
    faults.push(`The engine is down: ${reported.engine.reason || 'it ended'}.`)
  const wanted = [...standing.cameras].filter(([, camera]) => camera.isEnabled)
  const down = wanted.filter(([id]) => reported.cameras[id]?.state !== 'live')
  if (down.length > 0) {
    // One that can say why, where there is one.
    const [id, camera] = down.find(([id]) => reported.cameras[id]?.reason) ?? down[0]!
    const said = reported.cameras[id]
    const reason = said?.reason || said?.state.replace('_', ' ') || 'not yet known to the box'
    faults.push(
      down.length === 1
        ? `${camera.name} is not live: ${reason}.`
        : `${down.length} of ${wanted.length} cameras are not live; ${camera.name}: ${reason}.`
    )
  }
  for (const [name, { state, reason }] of Object.entries(reported.strategies ?? {}))
    if (reason !== '')
      faults.push(`Detection strategy ${name} ${state === 'running' ? 'fails' : 'does not run'}: ${sentence(reason)}`)
  faults.push(...(reported.troubles ?? []).map(sentence))
  if (reported.whyNotYet !== '') faults.push(sentence(reported.whyNotYet))
  for (const model of Object.values(reported.models)) {
    const isBad = model.state === 'failed' || model.state === 'rolled_back'
    // Why not yet tells of it, too, and of what runs instead.
    if (isBad && !reported.whyNotYet.includes(model.reason))
      faults.push(`Model ${model.version}: ${sentence(model.reason)}`)
  }
  return faults.map((fault) => fault.replace('..', '.'))
}

function since(standing: Standing): number | null {
  const reported = standing.reported
  if (reported === null) return null
  const times = [...standing.cameras.keys()].flatMap((id) => {
    const camera = reported.cameras[id]
    return camera && camera.state !== 'live' && camera.state !== 'disabled' ? [Date.parse(camera.since)] : []
  })
  for (const model of Object.values(reported.models))
    if (model.state === 'failed' || model.state === 'rolled_back') times.push(Date.parse(model.since))
  return times.length === 0 ? null : Math.min(...times)
}

function lastSeen(standing: Standing): string {
  const address = standing.inventory?.addresses[0]
  return address === undefined ? '' : `: last seen on ${address}`
}

function firstUpper(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}

/** car (red, estate) */
function seen({ label, attributes = [] }: EventBody & { kind: 'track.began' | 'track.ended' }): string {
  return attributes.length === 0 ? label : `${label} (${attributes.map((one) => one.label).join(', ')})`
}

/** One sentence about an event. `camera` is the name people gave. */
export function tell(body: EventBody, camera: string): string {
  switch (body.kind) {
    case 'track.began':
      return `${seen(body)} seen by ${camera}`
    case 'track.ended':
      return `${seen(body)} gone from ${camera} after ${Math.round(body.durationMs / 1000)} s`
    case 'rule':
      return tellRule(body, camera)
    case 'alert.sent':
      return tellSent(body)
    case 'alert.held':
      return `Alerts of “${body.name}”${camera === '' ? '' : ` at ${camera}`}: ${heldWords(body.held)}`
    case 'camera.state':
      return `${camera}: ${body.state.replace('_', ' ')}, was ${body.was.replace('_', ' ')}${body.reason ? ` (${body.reason})` : ''}`
    case 'model.state':
      return `Model ${body.model} ${body.version}: ${body.state.replace('_', ' ')}${body.reason ? ` (${body.reason})` : ''}`
    case 'engine.restarted':
      return `Engine restarted: ${body.reason}`
    case 'pipeline.switched':
      return `${body.model ?? 'Decoding only'} took over${body.beside ? '' : ' after a break'}: ${gapWords(body)}`
    case 'pipeline.fell':
      return `New pipeline fell, the one before it goes on: ${body.reason}`
    case 'strategy.state':
      return body.state === 'running'
        ? `Detection strategy ${body.strategy} runs`
        : `Detection strategy ${body.strategy} does not run: ${body.reason}`
    case 'analysis.adapted':
      return body.reason
    case 'health.level':
      return body.reason || `${firstUpper(body.figure)}: well again`
    case 'disk.freed':
    case 'clock.jumped':
      return body.reason
    case 'desired.applied':
      return `Revision ${body.rev} applied`
    case 'desired.refused':
      return `Revision ${body.rev} refused: ${body.reason}`
    case 'agent.started':
      return `Agent ${body.agentVersion} started`
    case 'spool.dropped':
      return `${body.dropped} events given up: ${body.reason}`
    default:
      return kindOf(body)
  }
}

function gapWords({ gapsMs, missing }: Extract<EventBody, { kind: 'pipeline.switched' }>): string {
  const longest = Math.max(0, ...Object.values(gapsMs))
  const away = missing.length === 0 ? '' : `; no frame yet of ${missing.join(', ')}`
  return `at most ${longest} ms without a frame${away}`
}

/** Kinds that a newer box may send are shown by name. */
function kindOf(body: never): string {
  return (body as { kind: string }).kind
}
