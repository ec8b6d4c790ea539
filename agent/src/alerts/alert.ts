/** An alert: what a rule has seen, or what is wrong with the box itself, as people are told of it. */
import type { HeldBack, Severity } from '@vedette/protocol'

export interface Alert {
  /** ULID. Whoever receives it twice knows by it that it is the same. */
  id: string
  box: { id: string; name: string }
  /** null: it is about the whole box. */
  camera: { id: string; name: string } | null
  /** Its zone or line is the rule's own: each rule has one at most. Of the box itself: what is watched (`alerts/trouble.ts`). */
  rule: { id: string; name: string; kind: string }
  severity: Severity
  /** What was told before is over. */
  isOver: boolean
  /** When it was raised, and the capture time of the frame that shows it. */
  at: string
  seenAt: string
  /** In words. */
  message: string
  label: string | null
  track: number | null
  confidence: number | null
  /** Left, top, width, height, 0 … 1. */
  bounds: readonly [number, number, number, number] | null
  direction: 'in' | 'out' | null
  count: number | null
  durationMs: number | null
  speedKmh: number | null
  /** Other alerts of this camera that go out with it, at most 20 of `groupedCount`. */
  grouped: { id: string; at: string; severity: Severity; message: string }[]
  groupedCount: number
  /** Of the same camera, rule and label, held back since they were told last. */
  heldBack: HeldBack
}

/** Alerts with the same key are the same again and again. */
export function keyOf({ camera, rule, label }: Pick<Alert, 'camera' | 'rule' | 'label'>): string {
  return JSON.stringify([cameraOf({ camera }), rule.id, label ?? ''])
}

/** Empty: the whole box. */
export function cameraOf({ camera }: Pick<Alert, 'camera'>): string {
  return camera?.id ?? ''
}

/** What the console is told it is about. */
export function aboutOf({ camera, rule, label }: Pick<Alert, 'camera' | 'rule' | 'label'>) {
  return {
    ...(camera !== null && { camera: camera.id }),
    rule: rule.id,
    name: rule.name,
    ...(label !== null && { label })
  }
}

export const graveness = { debug: 0, info: 1, warning: 2, error: 3 } as const satisfies Record<Severity, number>
