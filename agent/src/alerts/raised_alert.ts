/** An alert as it is raised: by what a rule has seen, or by what is wrong with the box. Pure. */
import { clipped, type Severity } from '@vedette/protocol'
import { ulid } from 'ulid'
import type { Alert } from './alert.ts'
import { messageOf } from './alert_words.ts'
import type { RuleSeen } from './rule_seen.ts'
import { sourceOf, type Trouble, troubleWords } from './trouble.ts'

export interface Raised {
  box: Alert['box']
  cameraName(id: string): string
  nowMs: number
}

const alone = { grouped: [], groupedCount: 0, heldBack: {} }

export function ruleAlert(seen: RuleSeen, severity: Severity, { box, cameraName, nowMs }: Raised): Alert {
  const name = cameraName(seen.camera)
  return {
    id: ulid(nowMs),
    box,
    camera: { id: seen.camera, name },
    rule: { id: seen.rule, name: seen.name, kind: seen.what },
    severity,
    isOver: false,
    at: new Date(nowMs).toISOString(),
    seenAt: seen.seenAt,
    message: clipped(messageOf(seen, name)),
    label: seen.label ?? null,
    track: seen.track ?? null,
    confidence: seen.confidence ?? null,
    bounds: seen.box ?? null,
    direction: seen.direction ?? null,
    count: seen.count ?? null,
    durationMs: seen.durationMs ?? null,
    speedKmh: seen.speedKmh ?? null,
    ...alone
  }
}

/** `isOver`: what people were told is so no longer. As grave as that it was, so that it reaches the same people. */
export function troubleAlert(trouble: Trouble, isOver: boolean, { box, cameraName, nowMs }: Raised): Alert {
  const { camera, severity, sinceMs } = trouble
  const name = camera === null ? '' : cameraName(camera)
  const source = sourceOf(trouble)
  const at = new Date(nowMs).toISOString()
  return {
    id: ulid(nowMs),
    box,
    camera: camera === null ? null : { id: camera, name },
    // The end has a key of its own: it must not be taken for the same again.
    rule: isOver ? { ...source, id: `${source.id.slice(0, 58)}-over` } : source,
    severity,
    isOver,
    ...{ at, seenAt: at },
    message: clipped(troubleWords(trouble, name, isOver ? nowMs : null)),
    ...{ label: null, track: null, confidence: null, bounds: null, direction: null, count: null, speedKmh: null },
    durationMs: isOver ? Math.max(0, nowMs - sinceMs) : null,
    ...alone
  }
}
