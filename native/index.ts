/**
 * Frames in, detections out: the native pipeline as seen from TypeScript.
 *
 * This file is the contract of the addon. Everything is decided in TypeScript and handed over as one complete, valid
 * description; C++ executes it (`addon/`). Pixels never become JavaScript objects except through `tap` and `snapshot`.
 */
import type { Capabilities } from './capabilities.ts'
import { loadAddon } from './load.ts'

export type { Capabilities }

/** Where a camera's frames come from. `user` and `password` never come back out of any event or error. */
export type SourceInput =
  | {
      kind: 'rtsp'
      /** rtsp:// or rtsps:// without credentials in it. Certificates, of https:// too, must be trusted by the system. */
      url: string
      user?: string
      password?: string
      transport: 'auto' | 'tcp' | 'udp'
      /** rtspsrc's jitter buffer, in milliseconds. */
      latencyMs: number
    }
  | { kind: 'file'; path: string; loop: boolean }
  | { kind: 'http'; url: string; loop: boolean; user?: string; password?: string }
  | { kind: 'v4l2'; device: string }
  /** Moving shapes whose true boxes are known, see `testPatternBoxes`. */
  | { kind: 'test'; width: number; height: number; fps: number; shapes: number; seed: number }
  /** Frames given by `Pipeline.push`. */
  | { kind: 'push'; width: number; height: number; format: 'RGB' | 'BGR' | 'I420' | 'NV12' }

export interface SourceDescription {
  /** For messages only, such as the camera's id. */
  name: string
  /** Index of the camera in the catalog; written into `Frame.camera`. */
  index: number
  input: SourceInput
  /**
   * realtime: paced by the clock, the oldest waiting frame is dropped when analysis is slower.
   * every-frame: nothing is dropped, analysis paces the source (files and jobs).
   */
  policy: 'realtime' | 'every-frame'
  /** At most this many frames a second go to inference; the others are decoded only (previews). 0 = all. */
  maxAnalysedFps: number
  /**
   * auto: while nothing moves in the picture, one frame a second goes to inference; what begins to move is analysed at
   * once. Only where pictures lie in plain memory. Absent: off.
   */
  motion?: 'off' | 'auto'
  /**
   * Where motion does not count: 64 x 36 cells of the picture, row after row from the top left, "1" for those left out.
   * Absent or empty: it counts everywhere.
   */
  motionMask?: string
  /**
   * pictures: never muxed, decoded for taps and snapshots only, beside the camera's source for analysis. It takes none of
   * the pipeline's maxSources: its slot lies beyond them, where there are as many again. Absent: analysis.
   */
  purpose?: 'analysis' | 'pictures'
}

/** One model in the pipeline: an `nvinfer` or `nvinferserver` element, or ours in their place. */
export interface InferStage {
  /** `gie-unique-id`, 1 … 255: objects and labels carry it. */
  id: number
  element: 'infer' | 'inferserver'
  /** Path of the nvinfer INI, or of nvinferserver's protobuf text. */
  config: string
  /** primary: looks at whole frames. secondary: looks at objects of another stage and labels them. */
  mode: 'primary' | 'secondary'
  /** What a secondary looks at: objects of that stage, of these classes ([] all); null for a primary. */
  on: { stage: number; classes: number[] } | null
  /** Frames skipped between two that are analysed, 0 … (nvinfer `interval`); a secondary skips none. */
  interval: number
  /** Pictures in one inference; 0: as the config says. */
  batchSize: number
  /**
   * A second model on the same frames, only compared: its objects are never tracked, packed or reported. `classes[i]` is
   * the class of the first stage that its class i is compared with, -1 for none.
   */
  shadow: { classes: number[] } | null
}

/** Of pictures on a GPU (`nvbuf-memory-type`); default: as the platform likes it. */
export type GpuMemory = 'default' | 'pinned' | 'device' | 'unified'

export interface PipelineDescription {
  family: 'cpu' | 'deepstream'
  /** Number of the GPU that everything runs on, for elements that can choose (`gpu-id`); absent: 0. */
  gpu?: number
  /** For elements that can choose; absent: default. */
  memory?: GpuMemory
  /** Pictures that a hardware decoder keeps beyond what the stream needs (`num-extra-surfaces`); absent: 4. */
  extraSurfaces?: number
  /** Slots: cameras that can be present at the same time, 1 … 256. */
  maxSources: number
  /** Frames in a batch of the mux at most, 1 … 256; absent: maxSources. */
  batchSize?: number
  /** Batches that the mux keeps memory for (`buffer-pool-size`), for one that can choose; absent: its own. */
  bufferPoolSize?: number
  /** A partial batch leaves after this time, in microseconds. */
  batchedPushTimeoutUs: number
  /** Coordinate space of the metadata (`nvstreammux` width and height). Boxes come out normalised. */
  width: number
  height: number
  /** Models in the order they run. The first detects what is tracked and reported; with none, frames come out empty. */
  stages: InferStage[]
  /** Tracker YAML (NvSORT keys), 'default', or null for none. */
  tracker: string | null
  /** Threads of one inference (ONNX Runtime intra-op); family cpu only. */
  inferThreads: number
  /** Frames wake JavaScript at most once in so many milliseconds; 0: as they come. Absent: 50. */
  framePaceMs?: number
}

/** Packed frames since the last call, drop-oldest: see protocol/frames.proto, `repeated Frame frames = 3`. */
export interface Frames {
  /** Encoded `frames` fields, one after the other: any sub-range of whole entries is a valid FrameBatch. */
  bytes: Buffer
  /** Entry i is bytes[offsets[i] … offsets[i+1]]; length = entries + 1. */
  offsets: Uint32Array
  slots: Uint32Array
  generations: Uint32Array
  ptsNs: BigUint64Array
  objects: Uint32Array
  /** Entries thrown away since the last call because nobody read them in time. */
  dropped: number
}

export type SourceFailure =
  | 'unauthorized'
  | 'not-found'
  | 'refused'
  | 'certificate'
  | 'dns'
  | 'network'
  | 'timeout'
  | 'unsupported-codec'
  /** Something else came than what was decoded until now: the next connection learns what it is. */
  | 'changed'
  | 'corrupt'
  | 'busy'
  | 'internal'

/** One observation of a source. What to do about it is decided in TypeScript (agent/pipeline/supervision). */
export interface SourceEvent {
  slot: number
  generation: number
  name: string
  /**
   * linked: the stream was negotiated, codec known, and again when its size changes; live: first frame decoded; warned: an
   * element said something that ends nothing, the same at most once a minute; removed: its slot is free again.
   */
  what: 'connecting' | 'linked' | 'live' | 'warned' | 'ended' | 'failed' | 'removed'
  codec?: string
  width?: number
  height?: number
  failure?: SourceFailure
  /** In words, without credentials. */
  message?: string
  element?: string
  debug?: string
}

export interface SourceStats {
  slot: number
  generation: number
  name: string
  framesDecoded: number
  /** Frames that passed the mux into analysis, and those that have come out with metadata. */
  framesMuxed: number
  framesAnalysed: number
  /** Thrown away before the mux because analysis was slower (policy realtime). */
  framesDropped: number
  /** Not analysed because nothing moved (`motion: auto`). */
  framesStill: number
  /** RTP packets that came too late for the jitter buffer, thrown away since the source began (kind rtsp). */
  packetsLate: number
  /** Age of the last decoded frame, in milliseconds; -1 before the first. */
  lastFrameAgeMs: number
  /** Longest wall-clock time between two decoded frames at the mux since the last stats, in milliseconds. */
  longestGapMs: number
  /** Frames whose PTS did not follow the one before by one frame duration (± half) since the source began. */
  ptsGaps: number
  /** Since the source began, as they came to the decoder; 0 for what is not encoded. */
  keyframes: number
  bitsPerSecond: number
  /** Capture to packed metadata: p50 and p99 since the last stats, in milliseconds; -1 with no frame. */
  latencyMsP50: number
  latencyMsP99: number
  /**
   * How far the camera's clock is ahead of this machine's, in milliseconds: median over its last RTCP sender reports.
   * Null: it has not told.
   */
  clockAheadMs: number | null
}

export interface PipelineStats {
  /** Since the pipeline began, in milliseconds. */
  uptimeMs: number
  sources: SourceStats[]
  batches: number
  /** As in the description, in its order. */
  stages: StageStats[]
  /** What a shadow stage found beside the first, since the pipeline began; null without one. */
  comparison: Comparison | null
  framesQueueDropped: number
}

export interface StageStats {
  id: number
  /** Batches it has looked at, and frames, since the pipeline began. */
  batches: number
  frames: number
  /** Mean time of one inference call since the last stats, in milliseconds; -1 with none, or where the element does not tell. */
  inferMs: number
  /** From its sink pad to its src pad, since the last stats, in milliseconds; -1 with none. */
  latencyMsP50: number
  latencyMsP99: number
}

/** Two models on the same frames: boxes of equal class with an IoU of 0.5 or more are the same object. */
export interface Comparison {
  /** Frames that both have looked at. */
  frames: number
  /** By class of the first stage: how many objects it found, how many the shadow, and how many of them are the same. */
  perClass: { class: number; first: number; shadow: number; matched: number }[]
  /** Mean IoU of the matched; -1 with none. */
  iouMean: number
}

export interface PipelineError {
  /** The pipeline as a whole failed and must be made again. */
  fatal: boolean
  code: 'model' | 'element' | 'plugin' | 'metadata' | 'internal'
  element: string
  message: string
  debug: string
}

export interface PipelineHandlers {
  /** Called on the JavaScript thread with all that is waiting, at most every `framePaceMs`. */
  frames(frames: Frames): void
  source(event: SourceEvent): void
  /** Once a second. */
  stats(stats: PipelineStats): void
  error(error: PipelineError): void
}

/**
 * One of the two: the model file itself (a TensorRT engine, for vdinfer an ONNX file), or a config that names one. Like
 * nvinfer, only the model is taken: thresholds, classes and interval stay, and its picture must have the same size.
 */
export interface ModelUpdate {
  engineFile?: string
  config?: string
  /** How long loading may take, 10 minutes by default. */
  limitMs?: number
}

export interface Picture {
  width: number
  height: number
  ptsNs: bigint
  /** Wall clock at capture, microseconds since 1970. */
  capturedUs: number
  data: Buffer
}

export interface Tap {
  /** Ends the tap; its callback is not called afterwards. */
  close(): void
}

export interface Pipeline {
  /** Resolves when the pipeline has reached PLAYING (with no source it does so at once); rejects with a NativeError. */
  start(): Promise<void>
  /** Resolves with the slot before the source is connected: what becomes of it arrives as source events. */
  addSource(source: SourceDescription): Promise<{ slot: number; generation: number }>
  /** Resolves when the slot is free again. Never disturbs another source. Removing twice is harmless. */
  removeSource(slot: number): Promise<void>
  /** Frames skipped by a stage between two analysed ones, from now on. */
  setInterval(stage: number, interval: number): void
  /** `batchedPushTimeoutUs` from now on, where the mux lets itself be told. */
  setBatchedPushTimeout(us: number): void
  /** While it is held, a secondary stage looks at no object: batches pass it untouched. Read with the next batch. */
  setHeld(stage: number, isHeld: boolean): void
  /** Another `maxAnalysedFps` for a source, from its next frame on. */
  setMaxAnalysedFps(slot: number, fps: number): void
  /**
   * Another model file in a running stage: loaded beside the old one, put in its place between two batches. Resolves when
   * it is in place; rejects with the reason, and the old model goes on.
   */
  updateModel(stage: number, update: ModelUpdate): Promise<void>
  /** Pictures of one camera, scaled, at most maxFps, newest wins. JPEG or raw pixels. */
  tap(
    options: {
      slot: number
      width: number
      height: number
      format: 'JPEG' | 'RGB' | 'I420'
      maxFps: number
      quality?: number
    },
    onPicture: (picture: Picture) => void
  ): Tap
  /** The next decoded frame as JPEG; rejects after limitMs when none comes. */
  snapshot(options: { slot: number; width: number; height: number; quality: number; limitMs: number }): Promise<Picture>
  /**
   * One frame into a source of kind push: pixels as it was described, or a decoded picture of any size, which can be
   * pushed once. ptsNs must rise. False: its bounded queue has no room.
   */
  push(slot: number, frame: Uint8Array | DecodedPicture, ptsNs: bigint): boolean
  /** Ends a push source as a file ends. */
  endPush(slot: number): void
  /** Elements, links and states as Graphviz text, without properties; empty once it is stopped. */
  graph(): Promise<string>
  /** Inside the limit, always; twice is harmless. */
  stop(): Promise<void>
}

/** A frame in native memory, on its way to a source of kind push. */
export interface DecodedPicture {
  readonly width: number
  readonly height: number
}

/** Rows without padding, three bytes a pixel. */
export interface RgbPicture {
  width: number
  height: number
  data: Uint8Array
}

export interface TemplateSearch {
  /** Of each match, best first: number of the template, score, left, top, width, height; the box as 0 … 1 of the frame. */
  look(frame: RgbPicture): Float32Array
}

export interface MotionWatch {
  /**
   * Of each area that moves: left, top, width, height, as 0 … 1 of the frame, and which share of it has changed. The first
   * dozen frames only teach it the background. What `SourceDescription.motion` looks with.
   */
  look(frame: RgbPicture, ptsNs: bigint): Float32Array
}

/** Errors thrown by the addon carry `code` (as in PipelineError, or 'argument') and a message that names the value. */
export interface NativeAddon {
  capabilities(): Capabilities
  /**
   * Lets an encoder encode two frames, and opens the device of any other element (PAUSED); null, or why it did not work.
   * Drivers may abort: only in a process that may die.
   */
  tryElement(factory: string): string | null
  /** Loads a library and leaves it loaded; `version` is what its `nvds_version` says. Only in a process that may die. */
  tryLibrary(path: string): { error: string | null; version: string | null }
  createPipeline(description: PipelineDescription, handlers: PipelineHandlers): Pipeline
  /** On a thread of libuv's pool, in the picture's own size and chroma, not turned. Null: it does not decode. */
  decodeJpeg(jpeg: Uint8Array): Promise<DecodedPicture | null>
  /** Normalised cross-correlation, in several sizes; of matches that overlap the best stays. It blocks while it looks. */
  createTemplateSearch(options: {
    templates: RgbPicture[]
    scales: number[]
    threshold: number
    limit: number
  }): TemplateSearch
  createMotionWatch(): MotionWatch
  /** True boxes (normalised left, top, width, height; one after the other) of the test pattern at a frame number. */
  testPatternBoxes(
    options: { width: number; height: number; shapes: number; seed: number },
    frame: number
  ): Float32Array
}

const addon: NativeAddon = loadAddon()

export const capabilities = addon.capabilities
export const tryElement = addon.tryElement
export const tryLibrary = addon.tryLibrary
export const createPipeline = addon.createPipeline
export const decodeJpeg = addon.decodeJpeg
export const createTemplateSearch = addon.createTemplateSearch
export const createMotionWatch = addon.createMotionWatch
export const testPatternBoxes = addon.testPatternBoxes
