/** The processes that look: the engine at the cameras, another at single pictures. As the settings want them. */
import { engineEntry, imagesEntry } from '../engine_entry.ts'
import { readMemory, whyCramped } from '../host/memory_room.ts'
import type { Logger } from '../log.ts'
import type { EngineHandlers } from '../pipeline/channel/status.ts'
import { Engine } from '../pipeline/engine.ts'
import { ImageEngine } from '../pipeline/images/image_engine.ts'
import type { Settings } from '../settings.ts'
import { imageOptions } from './images.ts'

export interface EnginesOptions {
  settings: Settings
  /** For tests: a module that takes the native addon's place. */
  addon: string | undefined
  log: Logger
}

export interface BoxEngineOptions extends EnginesOptions {
  /** A line that the engine wrote. */
  said(line: string): void
  stopping: AbortSignal
}

export function boxEngine(options: BoxEngineOptions, handlers: EngineHandlers): Engine {
  const { settings, addon, said, stopping, log } = options
  const { adapt, cpuAffinity, gstDebug } = settings.pipeline
  return new Engine(
    {
      entry: engineEntry(),
      adapts: adapt,
      cpus: cpuAffinity,
      ...(gstDebug === null ? {} : { env: { GST_DEBUG: gstDebug } }),
      ...(addon === undefined ? {} : { addon }),
      whyCramped: async ({ pipeline }, enginePid) => {
        const configs = pipeline.stages.map(({ config }) => config)
        return whyCramped(await readMemory(enginePid, configs, stopping))
      },
      log(line) {
        log.info({ from: 'engine' }, line)
        said(line)
      }
    },
    handlers
  )
}

export function boxImageEngine({ settings, addon, log }: EnginesOptions): ImageEngine {
  return new ImageEngine({
    entry: imagesEntry(),
    ...(addon === undefined ? {} : { addon }),
    ...imageOptions(settings.http.images),
    log: (line) => log.info({ from: 'images' }, line)
  })
}
