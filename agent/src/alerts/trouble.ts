/** Something that is wrong with the box itself, and what people are told of it. Pure. */
import { durationWords, type Severity } from '@vedette/protocol'

export interface Trouble {
  /** Told once, until it is over. */
  key: string
  kind: 'camera-down' | 'engine-falls' | 'level'
  /** null: the whole box. */
  camera: string | null
  /** Of a level: which. */
  figure: string | null
  severity: Severity
  /** What is wrong and what to do, in words. */
  reason: string
  sinceMs: number
}

/** As an alert names what it comes from, in the place of a rule. */
export function sourceOf({ kind, figure }: Trouble): { id: string; name: string; kind: string } {
  switch (kind) {
    case 'camera-down':
      return { id: kind, name: 'Camera down', kind }
    case 'engine-falls':
      return { id: kind, name: 'Engine falls', kind }
    case 'level':
      return {
        id: `level-${figure}`
          .toLowerCase()
          .replaceAll(/[^a-z0-9_-]/g, '-')
          .slice(0, 63),
        name: `Level of ${figure}`,
        kind
      }
  }
}

/** `camera` is the name people gave. */
export function troubleWords(
  { kind, figure, reason, sinceMs }: Trouble,
  camera: string,
  overMs: number | null
): string {
  if (overMs === null) return kind === 'camera-down' ? `${camera} is down: ${reason || 'no pictures come'}` : reason
  const after = durationWords(overMs - sinceMs)
  switch (kind) {
    case 'camera-down':
      return `${camera} is back after ${after}`
    case 'engine-falls':
      return 'The engine runs again without falls'
    case 'level':
      return `${figure}: well again after ${after}`
  }
}
