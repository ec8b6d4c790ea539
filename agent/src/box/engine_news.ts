/** What the engine says of itself, its cameras and their frames, and who is told. */
import { clipped, type EventBody, type Inventory, type Severity } from '@vedette/protocol'
import type { GuestSources } from '../http/guest_sources.ts'
import type { Logger } from '../log.ts'
import type { BoxModels } from '../models/box_models.ts'
import type { EngineFrames, EngineHandlers, EngineStats } from '../pipeline/channel/status.ts'
import type { CameraEvents } from '../report/camera_events.ts'
import type { Crashes } from '../report/crashes.ts'
import { pipelineInventory, severityOf } from '../report/engine_words.ts'
import type { Vitals } from '../report/vitals.ts'
import type { Uplink } from '../uplink/uplink.ts'
import { framesOfCameras } from './frames_of_cameras.ts'

export interface EngineNewsOptions {
  uplink: Uplink
  models: BoxModels
  vitals: Vitals<EngineStats>
  cameraEvents: CameraEvents
  crashes: Crashes
  /** Streams that the console is not told of. */
  guests: GuestSources
  /** Frames of cameras and of those streams, for who asks this box itself; and what happens to the latter. */
  seen(frames: EngineFrames): void
  happened(event: EventBody, severity: Severity): void
  /** By catalog index: the cameras of the pipeline in charge. */
  cameras(): readonly (string | null)[]
  /** State of each camera, in words. */
  states(): Record<string, string>
  report(): void
  inventory(pipeline: Inventory['pipeline']): void
  log: Logger
}

export function engineNews(options: EngineNewsOptions): EngineHandlers {
  const { uplink, models, vitals, cameraEvents, crashes, guests, cameras, report, log } = options
  const restartTracks = () => {
    for (const camera of cameras()) if (camera) uplink.restartTracks(camera)
  }
  return {
    camera({ camera, state, was, reason }) {
      if (state !== was) log.info({ camera, state, was }, reason)
      const told = cameraEvents.newsOf(camera, state)
      if (told !== null) {
        const event = {
          kind: 'camera.state',
          camera,
          state,
          was: told,
          reason: clipped(reason)
        } as const
        if (guests.has(camera)) options.happened(event, severityOf(state))
        else uplink.emit(event, severityOf(state))
      }
      if (state !== was && !guests.has(camera)) uplink.restartTracks(camera)
      report()
    },
    stats(stats) {
      vitals.ofEngine = stats
      vitals.stats = { ...stats, cameras: camerasOnly(stats.cameras, guests) }
      models.seen(vitals.takeSeen())
    },
    frames(all) {
      const frames = framesOfCameras(all, (index) => guests.isGuest(index))
      vitals.count(frames, cameras())
      uplink.frames(frames)
      options.seen(all)
    },
    state({ state, reason, pid }) {
      log.info({ engine: state, pid }, reason)
      if (state !== 'running') {
        models.stopped()
        vitals.stats = null
        vitals.ofEngine = null
        restartTracks()
      }
      report()
    },
    fell({ reason, restarts, isBeside, model, error, graph }) {
      log.warn(isBeside ? `the pipeline beside the one that runs fell: ${reason}` : reason)
      const told = clipped(reason)
      if (isBeside) uplink.emit({ kind: 'pipeline.fell', reason: told }, 'warning')
      else uplink.emit({ kind: 'engine.restarted', reason: told, restarts }, 'error')
      models.fell()
      const known = error && { code: error.code, element: error.element, message: error.message, debug: error.debug }
      crashes
        .keep({ reason, isBeside, model, error: known, cameras: options.states() }, graph)
        .catch((error: Error) => log.warn(`the record of a fall could not be written: ${error.message}`))
    },
    switched({ model, wasBeside, gapsMs, missing }) {
      const named = (index: number) => cameras()[index] ?? null
      const gaps = [...gapsMs].flatMap(([index, ms]) => (named(index) === null ? [] : [[named(index), ms]]))
      const event = {
        kind: 'pipeline.switched',
        model,
        beside: wasBeside,
        gapsMs: Object.fromEntries(gaps) as Record<string, number>,
        missing: missing.flatMap((index) => named(index) ?? [])
      } as const
      log.info(event, 'another pipeline took over')
      uplink.emit(event, event.missing.length > 0 ? 'warning' : 'info')
    },
    adapted({ everyNth, maxFps, words }) {
      const reason = words === '' ? 'There is room again: everything that was asked for is analysed.' : words
      log.warn(reason)
      const rate = maxFps === null ? {} : { maxFps }
      uplink.emit({ kind: 'analysis.adapted', everyNth, ...rate, reason }, words === '' ? 'info' : 'warning')
      report()
    },
    error(error) {
      log[error.fatal ? 'error' : 'warn']({ element: error.element, debug: error.debug }, error.message)
      if (error.fatal) models.failed(error)
    },
    running() {
      // Tracks and counts until now are of the pipeline before.
      restartTracks()
      models.seen(vitals.takeSeen())
      models.running()
      report()
    },
    capabilities: (capabilities) => options.inventory(pipelineInventory(capabilities))
  }
}

function camerasOnly<T>(cameras: Record<string, T>, guests: GuestSources): Record<string, T> {
  return Object.fromEntries(Object.entries(cameras).filter(([id]) => !guests.has(id)))
}
