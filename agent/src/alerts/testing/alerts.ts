/** For tests: alerts as rules would raise them. */
import type { Severity } from '@vedette/protocol'
import type { Alert } from '../alert.ts'

export interface GivenAlert {
  id?: string
  camera?: string
  rule?: string
  label?: string | null
  severity?: Severity
}

let last = 0

export function alertOf({
  camera = 'door',
  rule = 'gate',
  label = 'person',
  severity = 'warning',
  id
}: GivenAlert = {}): Alert {
  return {
    id: id ?? String(++last),
    box: { id: 'box-1', name: 'Box' },
    camera: { id: camera, name: camera },
    rule: { id: rule, name: rule, kind: 'line-crossed' },
    severity,
    isOver: false,
    at: '2026-11-21T12:00:00.000Z',
    seenAt: '2026-11-21T12:00:00.000Z',
    message: `${camera}: ${label} crossed “${rule}”`,
    ...{ label, track: 7, confidence: 0.9, bounds: [0.1, 0.2, 0.3, 0.4] as const, direction: 'in', count: 3 },
    ...{ durationMs: null, speedKmh: null, grouped: [], groupedCount: 0, heldBack: {} }
  } as Alert
}
