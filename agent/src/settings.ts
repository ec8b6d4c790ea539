/** A box's settings: read from all places where they are said, checked once, complete and frozen. Nothing after this file sees a raw value. */
import { hostname } from 'node:os'
import { dirname, resolve } from 'node:path'
import { type Analysis, ProtocolError } from '@vedette/protocol'
import type { CommandLine } from './settings/command_line.ts'
import { type EffectiveSetting, effectiveSettings } from './settings/effective.ts'
import { faultIn } from './settings/faults.ts'
import { fileLayer, readFileLayer } from './settings/file_layer.ts'
import { type Origins, originNear } from './settings/layer.ts'
import { defaultBoxId, defaultDataDir } from './settings/places.ts'
import { type Problem, problemText } from './settings/problem.ts'
import { readLayers, type SettingsSources } from './settings/reading.ts'
import { type AlertSettings, alertSettings } from './settings/schema/alerts.ts'
import { type LocalCamera, localCamera } from './settings/schema/camera.ts'
import { type ConsoleSettings, consoleSettings } from './settings/schema/console.ts'
import { type DetectionSettings, detectionSettings } from './settings/schema/detection.ts'
import { type DiskSettings, diskSettings } from './settings/schema/disk.ts'
import { type HttpSettings, httpSettings, whyExposed } from './settings/schema/http.ts'
import { type Limits, limits, whyUpsideDown } from './settings/schema/limits.ts'
import { type LogSettings, logSettings } from './settings/schema/log.ts'
import { type PipelineSettings, pipelineSettings } from './settings/schema/pipeline.ts'
import { type SpoolSettings, spoolSettings } from './settings/schema/spool.ts'
import { strategyModels } from './settings/schema/strategies.ts'
import type { SettingsFile } from './settings/schema.ts'
import { Secret } from './settings/secret.ts'

export { effectiveText } from './settings/effective.ts'
export { problemText } from './settings/problem.ts'
export { DEFAULT_INFER_THREADS } from './settings/schema/pipeline.ts'
export type { CommandLine, ConsoleSettings, EffectiveSetting, HttpSettings, Problem }

export interface Settings {
  box: { id: string; name: string }
  dataDir: string
  console: ConsoleSettings | null
  http: HttpSettings
  pipeline: PipelineSettings
  detection: DetectionSettings
  /** Directories of model packages that lie on this box. */
  models: string[]
  cameras: Record<string, LocalCamera>
  analysis: Partial<Analysis>
  alerts: AlertSettings
  spool: SpoolSettings
  disk: DiskSettings
  limits: Limits
  log: LogSettings
  modelTrialS: number
  healthIntervalS: number
  logLevel: 'debug' | 'info' | 'warn' | 'error'
}

export class SettingsError extends Error {
  override name = 'SettingsError'
  readonly problems: readonly Problem[]
  constructor(problems: readonly Problem[]) {
    super(problems.map(problemText).join('\n'))
    this.problems = problems
  }
}

export interface SettingsReading {
  /** null: there are problems. */
  settings: Settings | null
  problems: Problem[]
  warnings: Problem[]
  /** Where each was said. */
  origins: Origins
}

/** Files, then the process's environment, then the command line: what comes later wins. Throws SettingsError with all that is wrong. */
export function loadSettings(files: string | readonly string[], commandLine?: CommandLine): Settings {
  return orThrow(readSettings([files].flat(), commandLine))
}

export function readSettings(files: readonly string[], commandLine?: CommandLine): SettingsReading {
  const { env } = process
  return settingsFrom({
    files: files.map(readFileLayer),
    environment: env,
    ...(commandLine && { commandLine }),
    directory: process.cwd()
  })
}

/** The text of one file alone. Relative paths in it are relative to the file's own directory. */
export function parseSettings(text: string, file: string): Settings {
  return orThrow(settingsFrom({ files: [fileLayer(text, file)], environment: {}, directory: dirname(resolve(file)) }))
}

/** Where a setting was said, or what holds it. */
export function placeOf({ origins }: Pick<SettingsReading, 'origins'>, path: readonly string[]): string {
  return originNear(origins, path) ?? 'default'
}

/** As `vedette config print --effective` shows them. */
export function effective({ settings, origins }: SettingsReading): EffectiveSetting[] {
  if (settings === null) return []
  const cameras = Object.entries(settings.cameras).map(([id, { camera, credential }]) => [
    id,
    { ...camera, ...credential }
  ])
  const { limits, ...alerts } = settings.alerts
  return effectiveSettings(
    { ...settings, alerts: { ...limits, ...alerts }, cameras: Object.fromEntries(cameras) },
    origins
  )
}

function orThrow({ settings, problems }: SettingsReading): Settings {
  if (settings === null) throw new SettingsError(problems)
  return settings
}

export function settingsFrom(sources: SettingsSources): SettingsReading {
  const { value, origins, problems, warnings } = readLayers(sources)
  const place = (...path: string[]) => originNear(origins, path) ?? sources.files[0]?.layer.where([]) ?? 'settings'
  const cameras: [string, LocalCamera][] = []
  if (problems.length === 0) {
    for (const [id, camera] of Object.entries(value.cameras ?? {})) {
      try {
        cameras.push([id, localCamera(id, camera)])
      } catch (error) {
        if (!(error instanceof ProtocolError)) throw error
        const { path, message } = faultIn(error, ['cameras', id])
        problems.push({ where: place(...path), message })
      }
    }
    try {
      detectionSettings(value.detection)
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      const { path, message } = faultIn(error, ['detection', 'strategies'])
      problems.push({ where: place(...path), message })
    }
    const http = httpSettings(value.http)
    const exposed = whyExposed(http)
    if (exposed !== null) problems.push({ where: place('http', 'host'), message: exposed })
    const upsideDown = whyUpsideDown(limits(value.limits))
    if (upsideDown !== null) problems.push({ where: place('limits', upsideDown.key), message: upsideDown.words })
    problems.push(...aboutConsole(value, sources, place))
  }
  if (problems.length > 0) return { settings: null, problems, warnings, origins }
  const settings = complete(value, { cameras: Object.fromEntries(cameras), environment: sources.environment })
  return { settings: deepFreeze(settings), problems, warnings, origins }
}

function aboutConsole(
  { box, console: told }: SettingsFile,
  { commandLine = {} }: SettingsSources,
  place: (...path: string[]) => string
): Problem[] {
  if (!told) return []
  const problems: Problem[] = []
  if (box?.id === undefined)
    problems.push({
      where: place('console'),
      message: 'expected box.id, as the console shows it for this box, received none'
    })
  if (commandLine.source?.length || commandLine.sources !== undefined)
    problems.push({
      where: commandLine.sources === undefined ? '--source' : '--sources',
      message: `expected no console with it, because the console says which cameras run (${place('console')}): add --set console=null to run alone`
    })
  return problems
}

function complete(
  given: SettingsFile,
  { cameras, environment }: { cameras: Record<string, LocalCamera>; environment: SettingsSources['environment'] }
): Settings {
  const dataDir = given.dataDir ?? defaultDataDir(environment)
  return {
    box: { id: given.box?.id ?? defaultBoxId(), name: given.box?.name ?? hostname() },
    dataDir,
    console: given.console ? consoleSettings(given.console) : null,
    http: httpSettings(given.http),
    pipeline: pipelineSettings(given.pipeline),
    detection: detectionSettings(given.detection),
    models: [...(given.models ?? []), ...strategyModels(given.detection?.strategies)],
    cameras,
    analysis: given.analysis ?? {},
    alerts: alertSettings(given.alerts, dataDir),
    spool: spoolSettings(given.spool),
    disk: diskSettings(given.disk),
    limits: limits(given.limits),
    log: logSettings(given.log),
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
