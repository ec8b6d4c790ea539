/**
 * Stands in for the native addon where a test needs a camera or a pipeline that misbehaves on purpose. What a source does
 * is in its name: `live…`, `lone…` (live for one session at a time, as some cameras are), `silent…`, `denied…`, `ends…`;
 * `aborts…` and `hangs…` take the whole process with them. What a pipeline does is in the config of its first stage:
 * `broken` does not start, `aborts` starts and dies, `blind` gives no frames.
 */
import { createServer, type Server } from 'node:net'
import type {
  Capabilities,
  NativeAddon,
  Pipeline,
  PipelineHandlers,
  SourceDescription,
  SourceStats
} from '@vedette/native'
import { batchEntry, encodeFrame } from '@vedette/protocol'

const FRAME_MS = 20

export function capabilities(): Capabilities {
  return {
    family: 'cpu',
    gstreamerVersion: 'none',
    decoders: { h264: [], h265: [], mjpeg: [], vp8: [], vp9: [], av1: [] },
    encoders: { h264: ['opens', 'refuses', 'aborts'], h265: [], mjpeg: [] },
    onnxRuntimeVersion: null,
    onnxRuntimeError: null,
    deepstreamVersion: null,
    deepstreamPluginVersion: null,
    rtpmanagerFile: null,
    blacklistedPlugins: [],
    missingElements: []
  }
}

export const tryElement: NativeAddon['tryElement'] = (factory) => {
  if (factory === 'aborts') process.abort()
  return factory === 'refuses' ? 'no device' : null
}

export const tryLibrary: NativeAddon['tryLibrary'] = (path) => {
  if (path.includes('aborts')) process.abort()
  return path.includes('missing') ? { error: `${path}: not found`, version: null } : { error: null, version: '7.1' }
}

export const testPatternBoxes: NativeAddon['testPatternBoxes'] = () => new Float32Array(0)

interface Playing {
  source: SourceDescription
  generation: number
  frames: number
  isLive: boolean
  /** Held by the one session of a `lone…` camera. */
  session: Server | null
}

export const createPipeline: NativeAddon['createPipeline'] = (description, handlers) => {
  if (description.stages[0]?.config === 'broken') {
    throw Object.assign(new Error('the model has no inputs'), { code: 'model' })
  }
  const playing = new Map<number, Playing>()
  let generation = 0
  const does = description.stages[0]?.config
  if (does === 'aborts') setTimeout(() => process.abort(), 200)
  const clock = setInterval(() => {
    if (does !== 'blind') frame(playing, handlers)
  }, FRAME_MS)
  const statistics = setInterval(() => handlers.stats(stats(playing)), 200)
  const pipeline: Pipeline = {
    start: () => {
      if (does) process.stderr.write(`pipeline runs ${does}\n`)
      return Promise.resolve()
    },
    addSource: (source) => {
      let slot = 0
      while (playing.has(slot)) slot++
      generation++
      const one: Playing = { source, generation, frames: 0, isLive: false, session: null }
      playing.set(slot, one)
      setTimeout(() => misbehave(one, slot, handlers), 5)
      return Promise.resolve({ slot, generation })
    },
    removeSource: (slot) => {
      playing.get(slot)?.session?.close()
      playing.delete(slot)
      return Promise.resolve()
    },
    setInterval: (_stage, interval) => process.stderr.write(`interval ${interval} rtsp://admin:hunter2@cam/1\n`),
    setBatchedPushTimeout: () => undefined,
    setHeld: (stage, isHeld) => process.stderr.write(`stage ${stage} ${isHeld ? 'held' : 'let go'}\n`),
    setMaxAnalysedFps: (slot, fps) => process.stderr.write(`slot ${slot} at ${fps} frames a second\n`),
    updateModel: (_stage, update) =>
      update.config === 'unloadable' ? Promise.reject(new Error('the model has another size')) : Promise.resolve(),
    tap: ({ slot, width, height }, onPicture) => {
      const timer = setInterval(() => onPicture(picture(playing.get(slot)?.frames ?? 0, width, height)), FRAME_MS)
      return { close: () => clearInterval(timer) }
    },
    snapshot: ({ width, height }) => Promise.resolve(picture(1, width, height)),
    push: () => false,
    endPush: () => undefined,
    graph: () => Promise.resolve('digraph pipeline {}'),
    stop: () => {
      clearInterval(clock)
      clearInterval(statistics)
      return Promise.resolve()
    }
  }
  return pipeline
}

function misbehave(one: Playing, slot: number, handlers: PipelineHandlers): void {
  const { name } = one.source
  const at = { slot, generation: one.generation, name }
  const live = () => {
    one.isLive = true
    handlers.source({ ...at, what: 'linked', codec: 'h264', width: 640, height: 360 })
    handlers.source({ ...at, what: 'live' })
  }
  handlers.source({ ...at, what: 'connecting' })
  if (name.startsWith('denied')) handlers.source({ ...at, what: 'failed', failure: 'unauthorized', message: '401' })
  if (name.startsWith('aborts')) process.abort()
  if (name.startsWith('hangs')) for (;;);
  if (name.startsWith('ends')) handlers.source({ ...at, what: 'ended' })
  if (name.startsWith('live')) live()
  if (name.startsWith('lone')) {
    one.session = createServer()
    one.session.once('error', () => handlers.source({ ...at, what: 'failed', failure: 'refused', message: 'in use' }))
    // An abstract socket is one process's at a time; engines of one agent have one parent.
    one.session.listen(`\0vedette-test-${process.ppid}-${name}`, live)
  }
}

/** One entry per live source, without objects (field numbers of protocol/frames.proto). */
function frame(playing: Map<number, Playing>, handlers: PipelineHandlers): void {
  const live = [...playing].filter(([, { isLive }]) => isLive)
  if (live.length === 0) return
  const entries = live.map(([, it]) => {
    const frame = { camera: it.source.index, number: ++it.frames, capturedUs: Date.now() * 1000 }
    return batchEntry('frames', encodeFrame(frame))
  })
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
      packetsLate: 0,
      lastFrameAgeMs: frames === 0 ? -1 : 1,
      longestGapMs: FRAME_MS,
      ptsGaps: 0,
      keyframes: 1,
      bitsPerSecond: 0,
      latencyMsP50: 1,
      latencyMsP99: 1,
      clockAheadMs: null
    })
  )
  return { uptimeMs: 1, sources, batches: 1, stages: [], comparison: null, framesQueueDropped: 0 }
}

function picture(number: number, width: number, height: number) {
  const data = Buffer.from([0xff, 0xd8, 0xff, 0xd9])
  return { width, height, ptsNs: BigInt(number), capturedUs: 1_000_000, data }
}
