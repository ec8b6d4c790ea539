/** What happened, in a sentence for people: the same on the console and on the box's own page. Pure. */
import { heldWords, sentWords } from './alert_words.ts'
import type { CameraState } from './camera.ts'
import { durationWords } from './duration_words.ts'
import type { EventBody } from './events.ts'
import type { ModelState } from './reported.ts'
import { ruleWords } from './rule_words.ts'

/** `camera` is the name people gave; empty for what is about no camera. */
export function eventWords(body: EventBody, camera: string): string {
  switch (body.kind) {
    case 'track.began':
      return `${seen(body)} seen by ${camera}`
    case 'track.ended':
      return `${seen(body)} gone from ${camera} after ${durationWords(body.durationMs)}`
    case 'rule':
      return ruleWords(body, camera)
    case 'alert.sent':
      return sentWords(body)
    case 'alert.held':
      return `Alerts of “${body.name}”${camera === '' ? '' : ` at ${camera}`}: ${heldWords(body.held)}`
    case 'camera.state':
      return body.reason === ''
        ? `${camera} is ${stateOf(body.state)}, was ${stateOf(body.was)}`
        : `${camera}: ${body.reason}`
    case 'model.state':
      return `Model ${body.model} ${body.version}: ${stateOf(body.state)}${body.reason ? ` (${body.reason})` : ''}`
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

/** backing off */
function stateOf(state: CameraState | ModelState): string {
  return state.replace('_', ' ')
}

/** car (red, estate) */
function seen({ label, attributes = [] }: EventBody & { kind: 'track.began' | 'track.ended' }): string {
  return attributes.length === 0 ? label : `${label} (${attributes.map((one) => one.label).join(', ')})`
}

function gapWords({ gapsMs, missing }: Extract<EventBody, { kind: 'pipeline.switched' }>): string {
  const longest = Math.max(0, ...Object.values(gapsMs))
  const away = missing.length === 0 ? '' : `; no frame yet of ${missing.join(', ')}`
  return `at most ${longest} ms without a frame${away}`
}

function firstUpper(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`
}

/** Kinds that a newer box may send are shown by name. */
function kindOf(body: never): string {
  return (body as { kind: string }).kind
}
