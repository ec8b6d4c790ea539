/** What an engine process is told to run: whole and valid, latest wins. Made from the desired state by a pure function. */
import type { GpuMemory, InferStage, SourceDescription, SourceInput } from '@vedette/native'
import { detectorStage } from '@vedette/native/stage'
import type { Analysis, Camera, Id } from '@vedette/protocol'
import { rasterize } from '@vedette/rules'

/** The parts that only a new pipeline can change; two configurations with equal ones share a running process. */
export interface EnginePipeline {
  family: 'auto' | 'cpu' | 'deepstream'
  /** Which GPU, and which of its memory (family deepstream); absent: the first, as it likes. */
  gpu?: number
  memory?: GpuMemory
  /** Of a hardware decoder and of the mux; absent: their own. */
  extraSurfaces?: number
  bufferPoolSize?: number
  /** Frames in a batch of the mux; absent: maxSources. */
  batchSize?: number
  maxSources: number
  /** Until the cameras' frame rates are known (process/push_timeout.ts), unless it is fixed. */
  batchedPushTimeoutUs: number
  pushTimeoutIsFixed?: boolean
  width: number
  height: number
  /** The first detects, with `EngineConfig.interval` in place of its own; none decodes only. */
  stages: InferStage[]
  /** Of each stage; absent: none takes another model while it runs. */
  networks?: StageNetwork[]
  /** Identifies the model in messages, such as "nanodet-coco 1.0.0". */
  model: string | null
  tracker: string | null
  inferThreads: number
}

export interface StageNetwork {
  /** Equal for models of which one can take the other's place while the pipeline runs; null: it cannot. */
  network: string | null
  /** What to load in place of the running one; null: the stage's config is told. */
  engineFile: string | null
}

/** Objects to report of one camera; null reports them all. `classes` are indices of the model's labels, null = all. */
export interface ObjectFilter {
  minConfidence: number
  classes: number[] | null
}

export interface EngineCamera {
  enabled: boolean
  /** What is analysed. */
  source: SourceDescription
  /** What is shown to who looks, when it is another stream; null: what is analysed. */
  main?: SourceDescription | null
  filter: ObjectFilter | null
  /** Its settings say nothing of the jitter buffer: it begins short and grows where packets come late. */
  adaptsLatency?: boolean
}

export interface EngineConfig {
  pipeline: EnginePipeline
  /** Of the first stage; changed live. */
  interval: number
  /** Whether a shadow stage looks at frames; changed live. */
  compares: boolean
  /** Whether secondary stages look at objects; changed live. */
  classifies: boolean
  cameras: Record<Id, EngineCamera>
}

/** A package as a stage of the pipeline runs it. */
export interface StageModel extends Partial<StageNetwork> {
  name: string
  version: string
  labels: string[]
  element: InferStage['element']
  /** What nvinfer, or nvinferserver, reads. */
  config: string
  /** Pictures in the largest batch; 0: as the config says. */
  batchSize: number
}

/** What the box's own settings say of every pipeline; null is as good as absent. */
export interface MachineSettings
  extends Pick<EnginePipeline, 'family' | 'gpu' | 'memory' | 'maxSources' | 'width' | 'height' | 'inferThreads'> {
  extraSurfaces?: number
  bufferPoolSize?: number | null
  batchSize?: number | null
  batchTimeoutMs?: number | null
  /** Of every camera that is analysed, whatever else is asked of it; 0 or absent: all of its frames. */
  maxFps?: number
}

export interface EngineConfigInput {
  cameras: Record<Id, Camera>
  analysis: Analysis
  /** The package to run, unpacked; null decodes only. */
  model: StageModel | null
  /** Packages that look at what it finds; `classes` are labels of it, empty = all. */
  secondaries: { model: StageModel; classes: string[] }[]
  /** A second detector on the same frames, only compared. */
  compared: { model: StageModel; interval: number } | null
  /** Index of a camera in the catalog. */
  indexOf(id: Id): number
  /** What was unsealed from the camera's credential. */
  passwordOf(id: Id): { user: string; password: string } | undefined
  settings: MachineSettings
}

/** What an engine is built with: the stage as it will run, and nothing to look at. */
export function buildPipeline(
  settings: MachineSettings,
  model: StageModel & { task: 'detection' | 'classification' }
): EnginePipeline {
  const isDetector = model.task === 'detection'
  return {
    ...machineOf(settings),
    stages: [stageOf(model, isDetector ? {} : { id: 2, mode: 'secondary', on: { stage: 1, classes: [] } })],
    model: nameOf(model),
    tracker: null
  }
}

/** 40 ms: one frame period at 25 FPS, the usual longest wait for a batch. */
const BATCHED_PUSH_TIMEOUT_US = 40_000
/** Of an RTSP camera whose settings do not say, at first. */
export const JITTER_BUFFER_MS = 200
/** Above those of the detector and of 8 secondaries. */
const SHADOW_ID = 16
/** A stage that looks at nothing: the largest that nvinfer takes. */
const NEVER_INTERVAL = 0x7fff_ffff
/** Detection switched off: the contract has no "never", one frame in about 17 minutes costs nothing. */
const NEVER_FPS = 0.001

export function engineConfig(input: EngineConfigInput): EngineConfig {
  const { model, settings, analysis } = input
  const staged = model === null ? [] : stagesFor(model, input)
  const cameras = Object.entries(input.cameras).map(([id, camera]) => [id, engineCamera(id, camera, input)] as const)
  return {
    pipeline: {
      ...machineOf(settings),
      stages: staged.map(({ stage }) => stage),
      networks: staged.map(({ model }) => networkOf(model)),
      model: model === null ? null : nameOf(model),
      tracker: analysis.tracker === 'none' || model === null ? null : 'default'
    },
    interval: analysis.interval,
    compares: true,
    classifies: true,
    cameras: Object.fromEntries(cameras)
  }
}

type MachinePart = Omit<EnginePipeline, 'stages' | 'networks' | 'model' | 'tracker'>

/** The box has more settings than the pipeline. */
function machineOf(settings: MachineSettings): MachinePart {
  const { family, maxSources, width, height, inferThreads, batchTimeoutMs } = settings
  const { gpu, memory, extraSurfaces, bufferPoolSize, batchSize } = settings
  const isFixed = typeof batchTimeoutMs === 'number'
  return {
    ...{ family, maxSources, width, height, inferThreads },
    batchedPushTimeoutUs: isFixed ? Math.round(batchTimeoutMs * 1000) : BATCHED_PUSH_TIMEOUT_US,
    ...(isFixed && { pushTimeoutIsFixed: true }),
    ...(gpu !== undefined && { gpu }),
    ...(memory !== undefined && { memory }),
    ...(extraSurfaces !== undefined && { extraSurfaces }),
    ...(typeof bufferPoolSize === 'number' && { bufferPoolSize }),
    ...(typeof batchSize === 'number' && { batchSize })
  }
}

/** Stages of the pipeline that let everything pass at the moment. */
export function heldStages({ pipeline, classifies }: EngineConfig): number[] {
  return classifies ? [] : pipeline.stages.flatMap(({ id, on }) => (on === null ? [] : [id]))
}

/** As the pipeline runs them now, with what is set live. */
export function stagesOf({ pipeline, interval, compares }: EngineConfig): InferStage[] {
  return pipeline.stages.map((stage, i) => {
    if (i === 0) return { ...stage, interval }
    return stage.shadow && !compares ? { ...stage, interval: NEVER_INTERVAL } : stage
  })
}

function networkOf({ network = null, engineFile = null }: StageModel): StageNetwork {
  return { network, engineFile }
}

function nameOf({ name, version }: StageModel): string {
  return `${name} ${version}`
}

interface Staged {
  model: StageModel
  stage: InferStage
}

function stagesFor(model: StageModel, { secondaries, compared }: EngineConfigInput): Staged[] {
  const { labels } = model
  const staged = [{ model, stage: stageOf(model, {}) }, ...secondaryStages(secondaries, labels)]
  if (compared === null) return staged
  const classes = compared.model.labels.map((label) => labels.indexOf(label))
  const shadow = stageOf(compared.model, { id: SHADOW_ID, interval: compared.interval, shadow: { classes } })
  return [...staged, { model: compared.model, stage: shadow }]
}

function stageOf({ config, element, batchSize }: StageModel, more: Partial<InferStage>): InferStage {
  return detectorStage(config, { element, batchSize, ...more })
}

/** One whose objects the detector does not know has nothing to look at, and is left out. */
function secondaryStages(secondaries: EngineConfigInput['secondaries'], labels: string[]): Staged[] {
  return secondaries.flatMap(({ model, classes }, i) => {
    const known = indicesOf(classes, labels)
    if (classes.length > 0 && known.length === 0) return []
    return [{ model, stage: stageOf(model, { id: i + 2, mode: 'secondary', on: { stage: 1, classes: known } }) }]
  })
}

function indicesOf(classes: string[], labels: string[]): number[] {
  return classes.map((label) => labels.indexOf(label)).filter((index) => index >= 0)
}

/** Name of a camera's main stream beside the one that is analysed; no camera's id has a slash. */
export function mainOf(camera: Id): string {
  return `${camera}/main`
}

function engineCamera(id: Id, camera: Camera, input: EngineConfigInput): EngineCamera {
  const { detection } = camera
  const { analysed, shown } = sourceInputs(camera, input.passwordOf(id))
  const source: SourceDescription = {
    name: id,
    index: input.indexOf(id),
    input: analysed,
    policy: camera.source.policy ?? 'realtime',
    maxAnalysedFps: detection.enabled ? lower(detection.maxFps, input.settings.maxFps ?? 0) : NEVER_FPS,
    motion: detection.motion ?? 'off',
    ...motionMask(camera)
  }
  const main =
    shown && camera.enabled ? { ...source, name: mainOf(id), input: shown, purpose: 'pictures' as const } : null
  const filter = objectFilter(camera, input.model?.labels ?? [])
  return { enabled: camera.enabled, source, main, filter, adaptsLatency: leavesLatency(camera) }
}

/** Of two limits of which 0 is none. */
function lower(a: number, b: number): number {
  return a === 0 || b === 0 ? Math.max(a, b) : Math.min(a, b)
}

function leavesLatency({ source }: Camera): boolean {
  return source.kind === 'rtsp' && source.latencyMs === undefined
}

/** The grid that the addon looks for motion in. */
const MOTION_COLUMNS = 64
const MOTION_ROWS = 36

function motionMask({ masks, detection }: Camera): Pick<SourceDescription, 'motionMask'> {
  if (detection.motion !== 'auto' || !masks?.motion?.length) return {}
  return { motionMask: rasterize(masks.motion, MOTION_COLUMNS, MOTION_ROWS).join('') }
}

/** `shown` where pictures come from another stream than the one that is analysed. */
export function sourceInputs(
  { source }: Camera,
  password: { user: string; password: string } | undefined
): { analysed: SourceInput; shown: SourceInput | null } {
  if (source.kind === 'rtsp') {
    const { policy: _, detectUrl, ...main } = { latencyMs: JITTER_BUFFER_MS, ...source, ...password }
    if (detectUrl === undefined) return { analysed: main, shown: null }
    return { analysed: { ...main, url: detectUrl }, shown: main }
  }
  const { policy: _, ...only } = source
  return { analysed: only.kind === 'http' ? { ...only, ...password } : only, shown: null }
}

function objectFilter(camera: Camera, labels: string[]): ObjectFilter | null {
  const { enabled, minConfidence, classes } = camera.detection
  if (!enabled) return { minConfidence: 0, classes: [] }
  if (minConfidence === 0 && classes.length === 0) return null
  return { minConfidence, classes: classes.length === 0 ? null : indicesOf(classes, labels) }
}
