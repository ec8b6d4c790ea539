/** An engine for whoever only measures: it listens to some of what the engine says. */

import type { EngineHandlers } from './channel/status.ts'
import { Engine, type EngineOptions } from './engine.ts'

export function watchedEngine(options: EngineOptions, watching: Partial<EngineHandlers>): Engine {
  const ignored = () => undefined
  return new Engine(options, {
    camera: ignored,
    stats: ignored,
    frames: ignored,
    state: ignored,
    fell: ignored,
    switched: ignored,
    adapted: ignored,
    error: ignored,
    running: ignored,
    capabilities: ignored,
    ...watching
  })
}
