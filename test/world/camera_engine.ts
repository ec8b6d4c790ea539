/** An engine that decodes RTSP cameras, with the supervision it has on a box, and what it says of them. */
import { fileURLToPath } from 'node:url'
import { Engine, type EngineConfig } from '@vedette/agent'
import type { SourceStats } from '@vedette/native'
import { eventually } from './wait.ts'

export class CameraEngine {
  readonly live = new Set<string>()
  /** Every second, of every camera. */
  onStats: (cameras: Record<string, SourceStats>) => void = () => undefined
  readonly #engine: Engine

  constructor() {
    this.#engine = new Engine(
      {
        entry: fileURLToPath(new URL('pipeline/process/engine_main.ts', import.meta.resolve('@vedette/agent'))),
        log: () => undefined
      },
      {
        camera: ({ camera, state }) => void (state === 'live' ? this.live.add(camera) : this.live.delete(camera)),
        stats: ({ cameras }) => this.onStats(cameras),
        state: ({ state, reason }) => {
          if (state === 'backing_off') console.error(`engine: ${reason}`)
        },
        error: ({ message }) => console.error(`engine: ${message}`),
        frames: () => undefined,
        running: () => undefined,
        fell: () => undefined,
        switched: () => undefined,
        adapted: () => undefined,
        capabilities: () => undefined
      }
    )
  }

  get restarts(): number {
    return this.#engine.status.restarts
  }

  start(urls: Record<string, string>): void {
    this.#engine.start()
    this.#engine.apply(decodeOnly(urls))
  }

  async untilLive(cameras: string[], limitMs: number): Promise<void> {
    await eventually(`live cameras ${cameras}`, limitMs, () => cameras.every((camera) => this.live.has(camera)))
  }

  stop(): Promise<void> {
    return this.#engine.stop()
  }
}

function decodeOnly(urls: Record<string, string>): EngineConfig {
  const cameras = Object.entries(urls).map(([name, url], index) => {
    const input = { kind: 'rtsp', url, transport: 'tcp', latencyMs: 200 } as const
    const source = { name, index, input, policy: 'realtime', maxAnalysedFps: 0, motion: 'off' } as const
    return [name, { enabled: true, source, filter: null }] as const
  })
  return {
    pipeline: {
      ...{ family: 'cpu', maxSources: cameras.length, batchedPushTimeoutUs: 40_000, width: 1280, height: 720 },
      ...{ stages: [], model: null, tracker: null, inferThreads: 1 }
    },
    interval: 0,
    compares: false,
    classifies: false,
    cameras: Object.fromEntries(cameras)
  }
}
