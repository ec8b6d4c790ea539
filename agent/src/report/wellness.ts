/** How well the box is by its figures: looked at with every health message, told when it changes. */
import type { BeyondLimit, EventBody, Health, Severity } from '@vedette/protocol'
import { beyond, type Figure, figures, type Limits, sharesSince } from './figures.ts'
import { judged, type Level, type Standing, well } from './level.ts'

export interface WellnessOptions {
  /** Asked at each look: what the pipeline runs on decides some of them. */
  limits(): Limits & { holdS: number }
  emit(event: EventBody, severity: Severity): void
  /** Monotonic, milliseconds. */
  now?(): number
  /** What time it is, milliseconds since 1970. */
  wall?(): number
}

interface Known {
  standing: Standing
  /** When it came to its level. */
  sinceMs: number
}

export class Wellness {
  readonly #options: WellnessOptions
  readonly #now: () => number
  readonly #wall: () => number
  readonly #known = new Map<string, Known>()
  #counters: Record<string, { framesDropped: number; framesAnalysed: number }> = {}
  #levels: BeyondLimit[] = []

  constructor(options: WellnessOptions) {
    this.#options = options
    this.#now = options.now ?? performance.now.bind(performance)
    this.#wall = options.wall ?? Date.now
  }

  /** Of the figures that are not well. */
  get levels(): BeyondLimit[] {
    return this.#levels
  }

  /** `counters`: of the engine, by camera. */
  look(health: Health, counters: Record<string, { framesDropped: number; framesAnalysed: number }>): void {
    const limits = this.#options.limits()
    const now = { atMs: this.#now(), holdMs: limits.holdS * 1000 }
    const looked = figures(health, sharesSince(this.#counters, counters), limits)
    this.#counters = counters
    const names = new Set(looked.map(({ name }) => name))
    for (const name of this.#known.keys()) if (!names.has(name)) this.#known.delete(name)
    this.#levels = looked.flatMap((figure) => {
      const before = this.#known.get(figure.name) ?? { standing: well, sinceMs: this.#wall() }
      const standing = judged(before.standing, figure, now)
      const { level } = standing
      const was = before.standing.level
      const sinceMs = level === was ? before.sinceMs : this.#wall()
      this.#known.set(figure.name, { standing, sinceMs })
      const told = level === 'ok' ? null : beyond(figure, { level, sinceMs })
      if (level !== was) this.#tell(figure, { level, was, reason: told?.reason ?? '' })
      return told === null ? [] : [told]
    })
  }

  #tell({ name }: Figure, change: { level: Level; was: Level; reason: string }): void {
    const severity = change.level === 'bad' ? 'error' : change.level === 'warn' ? 'warning' : 'info'
    this.#options.emit({ kind: 'health.level', figure: name, ...change }, severity)
  }
}
