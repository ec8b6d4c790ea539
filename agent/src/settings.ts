/** A box's settings: read from YAML, checked once, complete and frozen. Nothing after this file sees a raw value. */
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, resolve } from 'node:path'
import { type Analysis, check, ProtocolError } from '@vedette/protocol'
import { nearest } from './settings/nearest.ts'
import { type LocalCamera, localCamera } from './settings/schema/camera.ts'
import { type ConsoleSettings, consoleSettings } from './settings/schema/console.ts'
import { type HttpSettings, httpSettings, whyExposed } from './settings/schema/http.ts'
import { type PipelineSettings, pipelineSettings } from './settings/schema/pipeline.ts'
import { type SpoolSettings, spoolSettings } from './settings/schema/spool.ts'
import { SettingsFile } from './settings/schema.ts'
import { Secret } from './settings/secret.ts'
import { readSettingsText } from './settings/text.ts'
import { unknownKeys } from './settings/unknown_keys.ts'

export { DEFAULT_INFER_THREADS } from './settings/schema/pipeline.ts'
export type { ConsoleSettings }

export interface Settings {
  box: { id: string; name: string }
  dataDir: string
  console: ConsoleSettings | null
  http: HttpSettings
  pipeline: PipelineSettings
  /** Directories of model packages that lie on this box. */
  models: string[]
  cameras: Record<string, LocalCamera>
  analysis: Partial<Analysis>
  spool: SpoolSettings
  modelTrialS: number
  healthIntervalS: number
  logLevel: 'debug' | 'info' | 'warn' | 'error'
}

export class SettingsError extends Error {
  override name = 'SettingsError'
}

export function loadSettings(file: string): Settings {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new SettingsError(
      `expected a readable settings file, received ${file} (${(error as NodeJS.ErrnoException).code})`
    )
  }
  return parseSettings(text, file)
}

/** Relative paths in the settings are relative to the file's own directory. */
export function parseSettings(text: string, file: string): Settings {
  const directory = dirname(resolve(file))
  const source = readSettingsText(text, directory)
  if (source.error) throw new SettingsError(`${file}:${source.error.line}: ${source.error.message}`)
  const [unknown] = unknownKeys(SettingsFile, source.value)
  if (unknown) {
    const key = unknown.path.at(-1)!
    const near = nearest(key, unknown.known)
    const remedy = near ? `did you mean "${near}"?` : `expected one of ${unknown.known.join(', ')}`
    throw new SettingsError(
      `${file}:${source.lineOf(unknown.path)}: unknown key "${unknown.path.join('.')}": ${remedy}`
    )
  }
  try {
    const settings = complete(check(SettingsFile, source.value, 'settings'), directory)
    const exposed = whyExposed(settings.http)
    if (exposed !== null) throw new SettingsError(`${file}:${source.lineOf(['http', 'host'])}: ${exposed}`)
    return deepFreeze(settings)
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    const [, camera] = /^cameras\.([^:]+)/.exec(error.message) ?? []
    const path = [...(camera ? ['cameras', camera] : []), ...error.path.split('/').slice(1)]
    const secret = path.some((key) => key === 'secret' || key === 'password' || key === 'token')
    const message = secret ? error.message.replace(/received .*$/s, 'received [redacted]') : error.message
    throw new SettingsError(`${file}:${source.lineOf(path)}: ${message}`)
  }
}

function complete(given: SettingsFile, directory: string): Settings {
  return {
    box: { id: given.box.id, name: given.box.name ?? hostname() },
    dataDir: resolve(directory, given.dataDir),
    console: given.console ? consoleSettings(given.console, directory) : null,
    http: httpSettings(given.http),
    pipeline: pipelineSettings(given.pipeline, directory),
    models: (given.models ?? []).map((path) => resolve(directory, path)),
    cameras: Object.fromEntries(
      Object.entries(given.cameras ?? {}).map(([id, camera]) => [id, localCamera(id, camera)])
    ),
    analysis: given.analysis ?? {},
    spool: spoolSettings(given.spool),
    modelTrialS: given.modelTrialS ?? 60,
    healthIntervalS: given.healthIntervalS ?? 10,
    logLevel: given.logLevel ?? 'info'
  }
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !(value instanceof Secret)) {
    Object.values(value).forEach(deepFreeze)
    Object.freeze(value)
  }
  return value
}
