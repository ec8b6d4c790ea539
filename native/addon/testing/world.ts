/** A pipeline for tests, with everything it has said so far and ways to wait for what it says next. */
import {
  createPipeline,
  type Frames,
  type Pipeline,
  type PipelineDescription,
  type PipelineError,
  type PipelineStats,
  type SourceDescription,
  type SourceEvent
} from '../../index.ts'

export interface SeenFrame {
  slot: number
  generation: number
  ptsNs: bigint
  objects: number
  entry: Buffer
}

export interface World {
  pipeline: Pipeline
  events: SourceEvent[]
  frames: SeenFrame[]
  stats: PipelineStats[]
  errors: PipelineError[]
  /** Resolves with the first truthy value of `look`, which is asked again whenever something arrives. */
  until<T>(what: string, look: (world: World) => T | undefined | false | null, limitMs?: number): Promise<T>
  event(slot: number, what: SourceEvent['what'], generation?: number): Promise<SourceEvent>
  framesOf(slot: number, generation?: number): SeenFrame[]
}

export const defaults: PipelineDescription = {
  family: 'cpu',
  maxSources: 4,
  batchedPushTimeoutUs: 20_000,
  width: 640,
  height: 360,
  stages: [],
  tracker: null,
  inferThreads: 1
}

export function makeWorld(description: Partial<PipelineDescription> = {}): World {
  const waiting = new Set<() => void>()
  const arrived = (_kept: unknown) => {
    for (const look of [...waiting]) look()
  }
  const world: World = {
    events: [],
    frames: [],
    stats: [],
    errors: [],
    pipeline: createPipeline(
      { ...defaults, ...description },
      {
        frames: (frames) => arrived(void world.frames.push(...unpack(frames))),
        source: (event) => arrived(void world.events.push(event)),
        stats: (stats) => arrived(void world.stats.push(stats)),
        error: (error) => arrived(void world.errors.push(error))
      }
    ),
    until: (what, look, limitMs = 10_000) =>
      new Promise((resolve, reject) => {
        const done = () => {
          clearTimeout(limit)
          waiting.delete(check)
        }
        const check = () => {
          const found = look(world)
          if (!found) return
          done()
          resolve(found)
        }
        const limit = setTimeout(() => {
          done()
          const seen = JSON.stringify({ events: world.events, errors: world.errors, frames: world.frames.length })
          reject(new Error(`expected ${what} within ${limitMs} ms, seen: ${seen}`))
        }, limitMs)
        waiting.add(check)
        check()
      }),
    event: (slot, what, generation) =>
      world.until(`'${what}' of slot ${slot}`, ({ events }) =>
        events.find((e) => e.slot === slot && e.what === what && (generation ?? e.generation) === e.generation)
      ),
    framesOf: (slot, generation) =>
      world.frames.filter((f) => f.slot === slot && (generation ?? f.generation) === f.generation)
  }
  return world
}

/** A started pipeline that ends with the test. */
export async function startWorld(
  onTestFinished: (end: () => Promise<void>) => void,
  description: Partial<PipelineDescription> = {}
): Promise<World> {
  const world = makeWorld(description)
  onTestFinished(() => world.pipeline.stop())
  await world.pipeline.start()
  return world
}

export function source(input: SourceDescription['input'], more: Partial<SourceDescription> = {}): SourceDescription {
  return { name: 'camera', index: 0, policy: 'realtime', maxAnalysedFps: 0, ...more, input }
}

export function pattern(more: Partial<Extract<SourceDescription['input'], { kind: 'test' }>> = {}) {
  return { kind: 'test' as const, width: 320, height: 240, fps: 25, shapes: 3, seed: 7, ...more }
}

function unpack(frames: Frames): SeenFrame[] {
  return Array.from(frames.slots, (slot, i) => ({
    slot,
    generation: frames.generations[i] ?? 0,
    ptsNs: frames.ptsNs[i] ?? 0n,
    objects: frames.objects[i] ?? 0,
    entry: Buffer.from(frames.bytes.subarray(frames.offsets[i], frames.offsets[i + 1]))
  }))
}
