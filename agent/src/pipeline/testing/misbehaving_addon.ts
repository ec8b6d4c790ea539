/**
 * Stands in for the native addon where a test needs a camera or a pipeline that misbehaves on purpose. What a source does
 * is in its name: `live…`, `silent…`, `denied…`, `ends…`; `aborts…` and `hangs…` take the whole process with them.
 */
import type {
  Capabilities,
  NativeAddon,
  Pipeline,
  PipelineHandlers,
  SourceDescription,
  SourceStats
} from '@vedette/native'

const FRAME_MS = 20

export function capabilities(): Capabilities {
  return {
    family: 'cpu',
    gstreamerVersion: 'none',
    decoders: { h264: [], h265: [], mjpeg: [], vp8: [], vp9: [], av1: [] },
    onnxRuntimeVersion: null,
    onnxRuntimeError: null,
    deepstreamVersion: null,
    missingElements: []
  }
}

export const testPatternBoxes: NativeAddon['testPatternBoxes'] = () => new Float32Array(0)

interface Playing {
  source: SourceDescription
  generation: number
  frames: number
}

export const createPipeline: NativeAddon['createPipeline'] = (description, handlers) => {
  if (description.stages[0]?.config === 'broken') {
    throw Object.assign(new Error('the model has no inputs'), { code: 'model' })
  }
  const playing = new Map<number, Playing>()
  let generation = 0
  const clock = setInterval(() => frame(playing, handlers), FRAME_MS)
  const statistics = setInterval(() => handlers.stats(stats(playing)), 200)
  const pipeline: Pipeline = {
    start: () => Promise.resolve(),
    addSource: (source) => {
      let slot = 0
      while (playing.has(slot)) slot++
      generation++
      playing.set(slot, { source, generation, frames: 0 })
      const at = { slot, generation, name: source.name }
      setTimeout(() => misbehave(source, at, handlers), 5)
      return Promise.resolve({ slot, generation })
    },
    removeSource: (slot) => {
      playing.delete(slot)
      return Promise.resolve()
    },
    setInterval: (_stage, interval) => process.stderr.write(`interval ${interval} rtsp://admin:hunter2@cam/1\n`),
    updateModel: () => Promise.resolve(),
    tap: ({ slot, width, height }, onPicture) => {
      const timer = setInterval(() => onPicture(picture(playing.get(slot)?.frames ?? 0, width, height)), FRAME_MS)
      return { close: () => clearInterval(timer) }
    },
    snapshot: ({ width, height }) => Promise.resolve(picture(1, width, height)),
    push: () => false,
    endPush: () => undefined,
    stop: () => {
      clearInterval(clock)
      clearInterval(statistics)
      return Promise.resolve()
    }
  }
  return pipeline
}

function misbehave(
  source: SourceDescription,
  at: { slot: number; generation: number; name: string },
  handlers: PipelineHandlers
) {
  handlers.source({ ...at, what: 'connecting' })
  if (source.name.startsWith('denied'))
    handlers.source({ ...at, what: 'failed', failure: 'unauthorized', message: '401' })
  if (source.name.startsWith('aborts')) process.abort()
  if (source.name.startsWith('hangs')) for (;;);
  if (source.name.startsWith('ends')) handlers.source({ ...at, what: 'ended' })
  if (!source.name.startsWith('live')) return
  handlers.source({ ...at, what: 'linked', codec: 'h264', width: 640, height: 360 })
  handlers.source({ ...at, what: 'live' })
}

/** One entry per live source: camera, number and pts, no objects (field numbers of protocol/frames.proto). */
function frame(playing: Map<number, Playing>, handlers: PipelineHandlers): void {
  const live = [...playing].filter(([, { source }]) => source.name.startsWith('live'))
  if (live.length === 0) return
  const entries = live.map(([, it]) => Buffer.from([0x1a, 4, 0x08, it.source.index & 127, 0x10, ++it.frames & 127]))
  const offsets = [0]
  for (const entry of entries) offsets.push(offsets.at(-1)! + entry.length)
  handlers.frames({
    bytes: Buffer.concat(entries),
    offsets: Uint32Array.from(offsets),
    slots: Uint32Array.from(live, ([slot]) => slot),
    generations: Uint32Array.from(live, ([, it]) => it.generation),
    ptsNs: BigUint64Array.from(live, ([, it]) => BigInt(it.frames * FRAME_MS) * 1_000_000n),
    objects: new Uint32Array(live.length),
    dropped: 0
  })
}

function stats(playing: Map<number, Playing>) {
  const sources = [...playing].map(
    ([slot, { source, generation, frames }]): SourceStats => ({
      slot,
      generation,
      name: source.name,
      framesDecoded: frames,
      framesMuxed: frames,
      framesAnalysed: frames,
      framesDropped: 0,
      framesStill: 0,
      lastFrameAgeMs: frames === 0 ? -1 : 1,
      longestGapMs: FRAME_MS,
      ptsGaps: 0,
      bitsPerSecond: 0,
      latencyMsP50: 1,
      latencyMsP99: 1
    })
  )
  return { uptimeMs: 1, sources, batches: 1, stages: [], comparison: null, framesQueueDropped: 0 }
}

function picture(number: number, width: number, height: number) {
  const data = Buffer.from([0xff, 0xd8, 0xff, 0xd9])
  return { width, height, ptsNs: BigInt(number), capturedUs: 1_000_000, data }
}
