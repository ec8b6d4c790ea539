/** How well the box is by its figures: looked at with every health message, told when it changes. */
import type { EventBody, Health, Severity } from '@vedette/protocol'
import { beyond, type Figure, figures, type Limits, sharesSince } from './figures.ts'
import { judged, type Level, type Standing, well } from './level.ts'

export interface WellnessOptions {
  /** Asked at each look: what the pipeline runs on decides some of them. */
  limits(): Limits & { holdS: number }
  emit(event: EventBody, severity: Severity): void
  /** Monotonic, milliseconds. */
  now?(): number
}

export type Levels = NonNullable<Health['levels']>

export class Wellness {
  readonly #options: WellnessOptions
  readonly #now: () => number
  readonly #standings = new Map<string, Standing>()
  #counters: Record<string, { framesDropped: number; framesAnalysed: number }> = {}
  #levels: Levels = []

  constructor(options: WellnessOptions) {
    this.#options = options
    this.#now = options.now ?? performance.now.bind(performance)
  }

  /** Of the figures that are not well. */
  get levels(): Levels {
    return this.#levels
  }

  /** `counters`: of the engine, by camera. */
  look(health: Health, counters: Record<string, { framesDropped: number; framesAnalysed: number }>): void {
    const limits = this.#options.limits()
    const now = { atMs: this.#now(), holdMs: limits.holdS * 1000 }
    const looked = figures(health, sharesSince(this.#counters, counters), limits)
    this.#counters = counters
    const names = new Set(looked.map(({ name }) => name))
    for (const name of this.#standings.keys()) if (!names.has(name)) this.#standings.delete(name)
    this.#levels = looked.flatMap((figure) => {
      const before = this.#standings.get(figure.name) ?? well
      const standing = judged(before, figure, now)
      this.#standings.set(figure.name, standing)
      const reason = standing.level === 'ok' ? '' : beyond(figure, standing.level)
      if (standing.level !== before.level) this.#tell(figure, { level: standing.level, was: before.level, reason })
      return standing.level === 'ok' ? [] : [{ figure: figure.name, level: standing.level, reason }]
    })
  }

  #tell({ name }: Figure, change: { level: Level; was: Level; reason: string }): void {
    const severity = change.level === 'bad' ? 'error' : change.level === 'warn' ? 'warning' : 'info'
    this.#options.emit({ kind: 'health.level', figure: name, ...change }, severity)
  }
}
