/** What to tell a person about a box: what is, since when, why, what to do. Pure. */
import type { BoxState } from '../../view.ts'
import type { Standing } from './board.ts'

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

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
