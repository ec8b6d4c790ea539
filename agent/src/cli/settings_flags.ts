/** Flags of every command that reads settings. */
import type { CommandLine } from '../settings.ts'
import { UsageError } from './usage_error.ts'

const text = { type: 'string' } as const
const texts = { type: 'string', multiple: true } as const
const flag = { type: 'boolean', default: false } as const

export const settingsOptions = {
  config: texts,
  source: texts,
  sources: text,
  host: text,
  port: text,
  set: texts,
  verbose: flag,
  help: { ...flag, short: 'h' }
} as const

export interface SettingsValues {
  config?: string[]
  source?: string[]
  sources?: string
  host?: string
  port?: string
  set?: string[]
  verbose?: boolean
}

export function settingsFlags(values: SettingsValues): {
  files: string[]
  commandLine: CommandLine & { source: readonly string[] }
} {
  const { config = [], source = [], sources, host, port, set = [], verbose = false } = values
  for (const [name, given] of Object.entries({ config, source, sources, host, port }))
    if ([given].flat().includes('')) throw new UsageError(`expected something after --${name}, received nothing`)
  return {
    files: config,
    commandLine: {
      ...{ source, set, verbose },
      ...(sources !== undefined && { sources }),
      ...(host !== undefined && { host }),
      ...(port !== undefined && { port })
    }
  }
}
