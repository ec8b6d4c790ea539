/** From which figures on a box says that it is not well: at `warn` it says so, at `bad` it is urgent. */
import Type, { type Static } from 'typebox'
import { closed } from './closed.ts'

const Optional = Type.Optional
const Percent = Type.Number({ exclusiveMinimum: 0, maximum: 100 })
const Celsius = Type.Number({ minimum: 0, maximum: 200 })
const pair = <T extends Type.TSchema>(figure: T) =>
  Optional(Type.Object({ warn: Optional(figure), bad: Optional(figure) }, closed))

export const LimitsFile = Type.Object(
  {
    cpuPercent: pair(Percent),
    memoryPercent: pair(Percent),
    diskPercent: pair(Percent),
    temperatureC: pair(Celsius),
    gpuMemoryPercent: pair(Percent),
    gpuTemperatureC: pair(Celsius),
    /** Of the frames that should be analysed: so many are thrown away because the box is too slow. */
    droppedPercent: pair(Percent),
    /** A figure must be beyond a limit, or back, for so long before it counts. */
    holdS: Optional(Type.Number({ minimum: 0, maximum: 3600 }))
  },
  closed
)
export type LimitsFile = Static<typeof LimitsFile>

export interface Limit {
  warn: number
  bad: number
}

export interface Limits {
  /** null: nothing was said; where the processor does the inference it is none, else `busyProcessor`. */
  cpuPercent: Limit | null
  memoryPercent: Limit
  diskPercent: Limit
  temperatureC: Limit
  gpuMemoryPercent: Limit
  gpuTemperatureC: Limit
  droppedPercent: Limit
  holdS: number
}

/** Where a GPU infers, a processor that has no time left is the bottleneck. */
export const busyProcessor: Limit = { warn: 95, bad: 99 }

const usual = {
  cpuPercent: busyProcessor,
  memoryPercent: { warn: 90, bad: 97 },
  diskPercent: { warn: 90, bad: 97 },
  temperatureC: { warn: 85, bad: 95 },
  gpuMemoryPercent: { warn: 92, bad: 98 },
  gpuTemperatureC: { warn: 83, bad: 92 },
  droppedPercent: { warn: 20, bad: 50 },
  holdS: 30
} as const

export function limits(given: LimitsFile = {}): Limits {
  const limit = (name: keyof Omit<Limits, 'holdS'>): Limit => ({ ...usual[name], ...given[name] })
  return {
    cpuPercent: given.cpuPercent === undefined ? null : limit('cpuPercent'),
    memoryPercent: limit('memoryPercent'),
    diskPercent: limit('diskPercent'),
    temperatureC: limit('temperatureC'),
    gpuMemoryPercent: limit('gpuMemoryPercent'),
    gpuTemperatureC: limit('gpuTemperatureC'),
    droppedPercent: limit('droppedPercent'),
    holdS: given.holdS ?? usual.holdS
  }
}

/** In words, what of it cannot be; null when all is well. */
export function whyUpsideDown(given: Limits): { key: string; words: string } | null {
  for (const [key, limit] of Object.entries(given)) {
    if (typeof limit === 'number' || limit === null || limit.warn <= limit.bad) continue
    return {
      key,
      words: `expected limits.${key}.warn to be at most limits.${key}.bad, received ${limit.warn} and ${limit.bad}`
    }
  }
  return null
}
