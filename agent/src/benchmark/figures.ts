/** What a benchmark says, from what was seen while it ran. Pure. The JSON of `vedette benchmark --json` is `Report`. */

/** One look at the pipeline, a second after the one before. */
export interface Look {
  atMs: number
  /** CPU time of the engine process since it began. */
  cpuSeconds: number | null
  rssBytes: number
  inferMs: number
  sources: Record<string, SourceLook>
}

export interface SourceLook {
  framesDecoded: number
  framesAnalysed: number
  framesDropped: number
  /** Of the second before the look; -1: no frame. */
  latencyMsP50: number
  latencyMsP99: number
}

export interface SourceFigures {
  name: string
  decodedFps: number
  analysedFps: number
  dropped: number
  latencyMsP50: number | null
  latencyMsP99: number | null
  /** Why it has no frames, in words; null when it has. */
  trouble: string | null
}

export interface Figures {
  measuredS: number
  decodedFps: number
  analysedFps: number
  dropped: number
  /** Median of the seconds' medians, and the worst second's 99th percentile, over all sources. */
  latencyMsP50: number | null
  latencyMsP99: number | null
  /** One call of the model, for the whole batch; null without a model. */
  inferMs: number | null
  /** 1 is one core, all of the time. */
  cpuCores: number | null
  memoryBytes: number
  sources: SourceFigures[]
}

/** Of the time between the first look and the last. */
export function figuresOf(looks: readonly Look[], names: readonly string[], troubles: Record<string, string>): Figures {
  const [first, last] = [looks[0], looks.at(-1)]
  const seconds = first && last ? (last.atMs - first.atMs) / 1000 : 0
  const sources = names.map((name) => sourceFigures(name, looks, { seconds, trouble: troubles[name] ?? null }))
  const sum = (of: (source: SourceFigures) => number) => sources.reduce((total, source) => total + of(source), 0)
  const inferences = looks.map(({ inferMs }) => inferMs).filter((ms) => ms >= 0)
  const cpu = first?.cpuSeconds == null || last?.cpuSeconds == null ? null : last.cpuSeconds - first.cpuSeconds
  return {
    measuredS: seconds,
    decodedFps: sum((source) => source.decodedFps),
    analysedFps: sum((source) => source.analysedFps),
    dropped: sum((source) => source.dropped),
    latencyMsP50: median(sources.flatMap(({ latencyMsP50 }) => latencyMsP50 ?? [])),
    latencyMsP99: highest(sources.flatMap(({ latencyMsP99 }) => latencyMsP99 ?? [])),
    inferMs: median(inferences),
    cpuCores: cpu === null || seconds === 0 ? null : cpu / seconds,
    memoryBytes: highest(looks.map(({ rssBytes }) => rssBytes)) ?? 0,
    sources
  }
}

function sourceFigures(
  name: string,
  looks: readonly Look[],
  { seconds, trouble }: { seconds: number; trouble: string | null }
): SourceFigures {
  const seen = looks.flatMap((look) => look.sources[name] ?? [])
  const [first, last] = [seen[0], seen.at(-1)]
  const grown = (key: 'framesDecoded' | 'framesAnalysed' | 'framesDropped') =>
    first && last ? last[key] - first[key] : 0
  const perSecond = (count: number) => (seconds > 0 ? count / seconds : 0)
  // The first look's latency is of before the measurement.
  const later = seen.slice(1).filter(({ latencyMsP50 }) => latencyMsP50 >= 0)
  return {
    name,
    decodedFps: perSecond(grown('framesDecoded')),
    analysedFps: perSecond(grown('framesAnalysed')),
    dropped: grown('framesDropped'),
    latencyMsP50: median(later.map(({ latencyMsP50 }) => latencyMsP50)),
    latencyMsP99: highest(later.map(({ latencyMsP99 }) => latencyMsP99)),
    trouble: grown('framesDecoded') > 0 ? null : (trouble ?? 'no frame came')
  }
}

function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? null
}

function highest(values: readonly number[]): number | null {
  return values.length === 0 ? null : Math.max(...values)
}
