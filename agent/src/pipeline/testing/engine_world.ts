/** An engine on the misbehaving addon, and everything that it tells. */
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { EngineCamera, EngineConfig } from '../channel/engine_config.ts'
import type {
  CameraChange,
  EngineFall,
  EngineFrames,
  EngineHandlers,
  EngineStatus,
  PipelineSwitch
} from '../channel/status.ts'
import { Engine, type EngineOptions } from '../engine.ts'

const entry = fileURLToPath(new URL('../process/engine_main.ts', import.meta.url))
const addon = fileURLToPath(new URL('./misbehaving_addon.ts', import.meta.url))

export function camera(name: string, index: number, part: Partial<EngineCamera> = {}): EngineCamera {
  const input = { kind: 'test' as const, width: 640, height: 360, fps: 25, shapes: 3, seed: 1 }
  const source = { name, index, input, policy: 'realtime' as const, maxAnalysedFps: 0 }
  return { enabled: true, source, filter: null, ...part }
}

export function config(names: string[], part: Partial<EngineConfig['pipeline']> = {}): EngineConfig {
  return {
    pipeline: {
      family: 'auto',
      maxSources: 8,
      batchedPushTimeoutUs: 40_000,
      width: 640,
      height: 360,
      stages: [],
      model: null,
      tracker: null,
      inferThreads: 1,
      ...part
    },
    interval: 0,
    compares: true,
    classifies: true,
    cameras: Object.fromEntries(names.map((name, index) => [name, camera(name, index)]))
  }
}

export interface World {
  engine: Engine
  states: EngineStatus[]
  changes: CameraChange[]
  frames: EngineFrames[]
  errors: string[]
  log: string[]
  running: (string | null)[]
  falls: EngineFall[]
  switches: PipelineSwitch[]
  until(what: string, isTrue: () => boolean, limitMs?: number): Promise<void>
}

export function startEngine(options: Partial<EngineOptions> = {}): World {
  const waiting = new Set<() => void>()
  const wake = () => {
    for (const look of waiting) look()
  }
  const world: Omit<World, 'engine' | 'until'> = {
    states: [],
    changes: [],
    frames: [],
    errors: [],
    log: [],
    running: [],
    falls: [],
    switches: []
  }
  const keep = <T>(list: T[], item: T) => {
    list.push(item)
    wake()
  }
  const handlers: EngineHandlers = {
    camera: (change) => keep(world.changes, change),
    stats: wake,
    frames: (frames) => keep(world.frames, frames),
    state: (status) => keep(world.states, status),
    error: (error) => keep(world.errors, error.code),
    running: (model) => keep(world.running, model),
    fell: (fall) => keep(world.falls, fall),
    switched: (change) => keep(world.switches, change),
    adapted: wake,
    capabilities: wake
  }
  const log = (line: string) => keep(world.log, line)
  const engine = new Engine({ entry, addon, log, random: () => 0, ...options }, handlers)
  onTestFinished(() => engine.stop())
  const until = (what: string, isTrue: () => boolean, limitMs = 20_000) => {
    if (isTrue()) return Promise.resolve()
    return new Promise<void>((resolve, reject) => {
      const look = () => {
        if (!isTrue()) return
        clearTimeout(limit)
        waiting.delete(look)
        resolve()
      }
      const limit = setTimeout(() => reject(new Error(`expected ${what} within ${limitMs / 1000} s`)), limitMs)
      waiting.add(look)
    })
  }
  return { ...world, engine, until }
}

export const isLive = ({ engine }: World, name: string) => engine.cameras.get(name)?.state === 'live'
