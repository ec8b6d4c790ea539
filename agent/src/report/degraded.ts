/** Why a box is not well, in words; empty when it is. Pure. */
import type { Reported } from '@vedette/protocol'

export interface WellBeing {
  reported: Reported
  /** Null for a box without a console. */
  console: { state: string; reason: string } | null
}

export function reasonsDegraded({ reported, console }: WellBeing): string[] {
  const { engine, cameras, models, strategies = {}, whyNotYet, troubles = [] } = reported
  const reasons: string[] = []
  if (console && console.state !== 'online')
    reasons.push(`The console is out of reach: ${console.reason || console.state}.`)
  if (engine.state !== 'running')
    reasons.push(`The engine is ${engine.state.replace('_', ' ')}. ${engine.reason}`.trim())
  reasons.push(...troubles)
  if (whyNotYet !== '') reasons.push(whyNotYet)
  for (const [id, camera] of Object.entries(cameras)) {
    if (camera.state === 'live' || camera.state === 'disabled' || camera.state === 'idle') continue
    reasons.push(cameraWords(id, camera))
  }
  for (const [id, model] of Object.entries(models)) {
    const isBad = model.state === 'failed' || model.state === 'rolled_back'
    if (isBad && !whyNotYet.includes(model.reason)) {
      reasons.push(`Model ${id} ${model.version} ${model.state.replace('_', ' ')}. ${model.reason}`.trim())
    }
  }
  for (const [name, { state, reason }] of Object.entries(strategies)) {
    // One that starts for the first time has no reason yet.
    if (state !== 'running' && reason !== '') reasons.push(`Detection strategy ${name} does not run: ${reason}`)
  }
  return reasons
}

/** A reason often begins with the state itself. */
function cameraWords(id: string, { state, reason }: { state: string; reason: string }): string {
  const is = state.replace('_', ' ')
  const rest = reason.toLowerCase().startsWith(`${is}: `) ? reason.slice(is.length + 2) : null
  return rest === null ? `Camera ${id} is ${is}. ${reason}`.trim() : `Camera ${id} is ${is}: ${rest}`
}
