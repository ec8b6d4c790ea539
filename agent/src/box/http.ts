/** What the box's HTTP interface sees of it, and can make it do. */
import type { Camera } from '@vedette/protocol'
import pack from '../../package.json' with { type: 'json' }
import type { DesiredRunner } from '../desired/runner.ts'
import type { Box } from '../http/box.ts'
import { HttpFault } from '../http/fault.ts'
import { GuestSources } from '../http/guest_sources.ts'
import type { Log } from '../log.ts'
import type { EngineStats } from '../pipeline/channel/status.ts'
import type { Engine } from '../pipeline/engine.ts'
import type { ImageEngine } from '../pipeline/images/image_engine.ts'
import type { Vitals } from '../report/vitals.ts'
import type { Settings } from '../settings.ts'
import type { BoxAlerts } from './alerts.ts'
import { boxImages } from './images.ts'
import type { BoxReport } from './report.ts'
import type { BoxStrategies } from './strategies.ts'

export interface BoxForHttpOptions {
  settings: Settings
  report: BoxReport
  runner: DesiredRunner
  engine: Engine
  images: ImageEngine
  guests: GuestSources
  vitals: Vitals<EngineStats>
  strategies: Pick<BoxStrategies, 'names'>
  alerts: Pick<BoxAlerts, 'list'>
}

export function boxForHttp(options: BoxForHttpOptions): Box {
  const { settings, report, runner, engine, images, guests, vitals, strategies, alerts } = options
  const view = (id: string, { name, source, detection }: Camera, origin: 'box' | 'api') => {
    const status = engine.cameras.get(id)
    const stats = vitals.ofEngine?.cameras[id]
    return {
      ...{ id, name, origin, kind: source.kind, url: 'url' in source ? source.url : null },
      state: status?.state ?? 'idle',
      reason: status?.reason ?? '',
      since: iso(status?.since),
      nextTryAt: iso(status?.nextTryAt),
      codec: status?.codec ?? null,
      width: status?.width ?? null,
      height: status?.height ?? null,
      frames: stats
        ? { decoded: stats.framesDecoded, analysed: stats.framesAnalysed, dropped: stats.framesDropped }
        : null,
      latencyMs: stats && stats.latencyMsP50 >= 0 ? stats.latencyMsP50 : null,
      strategies: strategies.names.filter((one) => detection.strategies?.includes(one) ?? true)
    }
  }
  return {
    ...settings.box,
    agentVersion: pack.version,
    prefix: settings.http.prefix,
    cameraName: (id) => (runner.wanted?.cameras[id] ?? guests.all.find((guest) => guest.id === id)?.camera)?.name ?? id,
    health: () => report.health(),
    diagnosis: () => report.diagnosis(),
    metrics: () => report.metrics(),
    alerts: (query) => alerts.list(query),
    images: boxImages(images, settings.http.images.maxBytes),
    sources: {
      list: () => [
        ...Object.entries(runner.wanted?.cameras ?? {}).map(([id, camera]) => view(id, camera, 'box')),
        ...guests.all.map(({ id, camera }) => view(id, camera, 'api'))
      ],
      add: (request) => guests.add(request).id,
      remove: (id) => void guests.remove(id)
    },
    tap: (wanted, onPicture) => engine.tap(wanted, onPicture),
    snapshot: (camera, options) =>
      engine.snapshot(camera, options).catch((error: Error) => {
        throw new HttpFault(503, error.message, 1)
      })
  }
}

/** Streams that are started over HTTP. */
export function guestSources({
  settings,
  log,
  again
}: {
  settings: Settings
  log: Log
  /** The cameras are configured again; false when they never were. */
  again(): boolean
}): GuestSources {
  return new GuestSources({
    strategies: settings.detection.strategies.map(({ name }) => name),
    maxSources: settings.pipeline.maxSources,
    redact: (password, user) => log.redact(password, user),
    changed() {
      if (!again())
        throw new HttpFault(503, 'The box has not been told yet what to run; try again in a few seconds.', 5)
    }
  })
}

function iso(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined ? null : new Date(ms).toISOString()
}
