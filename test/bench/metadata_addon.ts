/**
 * Takes the native addon's place in the engines of the metadata bench: cameras without pixels, whose metadata is written
 * and read by the native code itself (native/addon/testing/metadata_load.h). The interval is the switch: even lets the
 * load run, odd holds it. Each change prints the CPU time so far.
 */
import { createRequire } from 'node:module'
import type { Capabilities, NativeAddon, PipelineHandlers, SourceDescription } from '@vedette/native'

export interface LoadPlan {
  cameras: number
  fps: number
  objects: number
  batchFrames: number
}

/** Seconds of CPU time: of the thread that makes the load, and of reading and packing within. */
export interface LoadSpent {
  totalS: number
  readingS: number
}

interface Load {
  add(source: SourceDescription): { slot: number; generation: number }
  run(isRunning: boolean): void
  spent(): LoadSpent
}

export function capabilities(): Capabilities {
  return {
    family: 'cpu',
    gstreamerVersion: 'none',
    decoders: { h264: [], h265: [], mjpeg: [], vp8: [], vp9: [], av1: [] },
    encoders: { h264: [], h265: [], mjpeg: [] },
    onnxRuntimeVersion: null,
    onnxRuntimeError: null,
    deepstreamVersion: null,
    deepstreamPluginVersion: null,
    rtpmanagerFile: null,
    blacklistedPlugins: [],
    missingElements: []
  }
}

export const tryElement: NativeAddon['tryElement'] = () => null
export const tryLibrary: NativeAddon['tryLibrary'] = () => ({ error: null, version: null })

export const createPipeline: NativeAddon['createPipeline'] = (_description, handlers) => {
  const native = createRequire(import.meta.url)('../../native/build/metadata_load.node') as {
    openLoad(plan: LoadPlan, handlers: PipelineHandlers): Load
  }
  const load = native.openLoad(JSON.parse(process.env.METADATA_LOAD ?? '{}') as LoadPlan, handlers)
  return {
    start: () => Promise.resolve(),
    addSource: (source) => {
      const place = load.add(source)
      setImmediate(() => handlers.source({ ...place, name: source.name, what: 'live', width: 1920, height: 1080 }))
      return Promise.resolve(place)
    },
    removeSource: () => Promise.resolve(),
    setInterval: (_stage, interval) => {
      load.run(interval % 2 === 0)
      console.log(JSON.stringify(load.spent()))
    },
    setBatchedPushTimeout: () => undefined,
    setHeld: () => undefined,
    setMaxAnalysedFps: () => undefined,
    updateModel: () => Promise.resolve(),
    graph: () => Promise.resolve(''),
    tap: () => ({ close: () => undefined }),
    snapshot: () => Promise.reject(new Error('expected no snapshot of a camera without pixels')),
    push: () => false,
    endPush: () => undefined,
    stop: () => Promise.resolve()
  }
}

export const testPatternBoxes: NativeAddon['testPatternBoxes'] = () => new Float32Array(0)
