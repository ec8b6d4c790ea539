/** What pages show: plain, serialisable, made by the store. Times are RFC 3339 strings, null means "not known". */
import type {
  AlertLimits,
  Alerts,
  Analysis,
  CameraState,
  Detection,
  EventBody,
  Health,
  Inventory,
  ModelState,
  Polygon,
  Reported,
  ReportedStrategy,
  RuleCounts,
  Rules,
  Severity,
  Source,
  TrackPoint
} from '@vedette/protocol'

/** pending: added, never heard of. degraded: there, but something is not as it should be; `why` says what. */
export type BoxState = 'pending' | 'live' | 'degraded' | 'offline'

/** One row of the fleet page. */
export interface BoxView {
  id: string
  name: string
  state: BoxState
  /** Since when it is in this state. */
  since: string
  /** In words: what is wrong, since when, what to do. Empty when all is well. */
  why: string
  addresses: string[]
  camerasLive: number
  /** Enabled cameras. */
  camerasTotal: number
  /** Sum over its cameras, of the last health message; null when there is none or it is stale. */
  fps: number | null
  /** The last 60 health messages (10 min), oldest first. */
  fpsHistory: number[]
  lastEvent: EventView | null
  /** The model it should run, and how far that has come. */
  model: Omit<BoxModelView, 'id' | 'isWanted' | 'bytesDone' | 'bytesTotal'> | null
}

/** The box page. */
export interface BoxDetail extends BoxView {
  /** What `why` tells, each by itself; empty when all is well. */
  faults: string[]
  inventory: Inventory | null
  health: Health | null
  /** The newest document made for it; what it reports about it is in `reported`. */
  desired: { rev: number; sha256: string; at: string } | null
  reported: Reported | null
  /** Why what runs is not what was asked for. Empty when it is. */
  whyNotYet: string
  cameras: CameraView[]
  analysis: Analysis
  /** Packages on the objects that the model finds, by their SHA-256. */
  secondaries: { sha256: string; classes: string[] }[]
  /** Package of the detector that is only compared, by its SHA-256, and the frames it skips. */
  compare: { sha256: string; interval: number } | null
  alerts: AlertsView
  models: BoxModelView[]
  /** Messages of this box that could not be read. */
  badMessages: { count: number; last: string; at: string } | null
  addedAt: string
}

export interface CameraView {
  id: string
  box: string
  name: string
  enabled: boolean
  source: Source
  /** User and password are set. They never leave the store. */
  hasCredential: boolean
  detection: Detection
  frames: 'leased' | 'all'
  state: CameraState | 'unknown'
  since: string | null
  reason: string
  nextTry: string | null
  codec: string | null
  width: number | null
  height: number | null
  fps: number | null
  analysedFps: number | null
  latencyMsP50: number | null
  latencyMsP99: number | null
  lastFrameAgeMs: number | null
  dropped: number | null
  bitsPerSecond: number | null
  objectsPerFrame: number | null
  /** The camera's clock less the box's; null where the camera does not tell its time. */
  clockAheadMs: number | null
  /** By rule. */
  ruleCounts: Record<string, RuleCounts>
  /** When these figures were measured. */
  measuredAt: string | null
}

export interface CameraDetail extends CameraView {
  boxName: string
  boxState: BoxState
  /** Labels the running model can find, for suggestions. */
  labels: string[]
  rules: Rules
  masks: DrawnMasks
  /** The detection strategies that its box has. */
  strategies: Record<string, ReportedStrategy>
}

/** When alerts go out and where to, as edited here; what is absent is as in the settings of the box. */
export interface AlertsView {
  limits: AlertLimits
  webhook: WebhookView | null
  /** The secret that signs is set. It never leaves the store. */
  hasSecret: boolean
}

export type WebhookView = Omit<NonNullable<Alerts['webhook']>, 'credential'>

/** A part of the picture that is left out, under the name that people gave it: the box needs none. */
export interface DrawnMask {
  name: string
  /** objects: rules do not look at them there. motion: what moves there does not wake detection. */
  hides: 'objects' | 'motion'
  points: Polygon
  /** Of objects: labels that are hidden; empty = all. */
  classes: string[]
}
export type DrawnMasks = Record<string, DrawnMask>

type WithoutBox<T> = T extends unknown ? Omit<T, 'box'> : never

export type EventView = WithoutBox<EventBody> & {
  /** Id of the box that told it. */
  box: string
  /** Left, top, width, height, 0 … 1, of the object when the event is about one. */
  bounds: [number, number, number, number] | null
  boxName: string
  /** By how much `at` may be off; null: nobody kept the box's clock. Absent from older boxes. */
  uncertaintyMs?: number | null
  spool: string
  n: number
  at: string
  severity: Severity
  /** One sentence for a person. */
  text: string
  /** Key for lists, and `before` of the next page. */
  key: string
}

/** Columns of equal length, oldest first, for charts. A value not told is null. */
export interface HealthSeries {
  /** Seconds since 1970, as uPlot takes them. */
  at: number[]
  cpuPercent: (number | null)[]
  memoryPercent: (number | null)[]
  diskPercent: (number | null)[]
  temperatureC: (number | null)[]
  gpuPercent: (number | null)[]
  inferMs: (number | null)[]
  fps: (number | null)[]
  /** By camera. */
  cameras: Record<string, { fps: (number | null)[]; latencyMsP50: (number | null)[]; dropped: (number | null)[] }>
}

export interface TrackView {
  camera: string
  track: number
  label: string
  confidence: number
  from: string
  points: TrackPoint[]
}

export interface BoxModelView {
  /** Key in the desired document. */
  id: string
  name: string
  version: string
  sha256: string
  isWanted: boolean
  state: ModelState | 'unknown'
  since: string | null
  reason: string
  bytesDone: number | null
  bytesTotal: number | null
}

export interface ModelView {
  sha256: string
  id: string
  name: string
  version: string
  task: string
  licence: string
  source: string
  labels: string[]
  bytes: number
  uploadedAt: string
  uploadedBy: string
}

export interface ReaderView {
  name: string
  createdAt: string
}

export interface PersonView {
  id: number
  name: string
}

export interface AuditView {
  at: string
  who: string
  what: string
  subject: string
  detail: string
}

/** How the console itself does, for the settings page. */
export interface ConsoleView {
  mqttPort: number
  readOnlyPort: number
  mqttHost: string
  isMqttTls: boolean
  isBrokerHealthy: boolean
  /** Round trip of the last self-probe through the broker. */
  brokerRoundTripMs: number | null
  readersConnected: number
  /** Messages not given to slow read-only subscribers. */
  readerDrops: number
  /** Messages of boxes refused because too many waited to be stored. */
  messagesRefused: number
  /** Batches of frames that boxes numbered and that never came. */
  frameBatchesLost: number
  boxesConnected: number
}

/**
 * `GET /live`: server-sent events. Names and data; every message is one JSON object.
 * Query: `fleet=1` all boxes; `box=ID` one box; `box=ID&camera=ID` also frames and pictures of that camera;
 * `pictures=WIDTH` with `box=ID` small pictures of all its cameras, one a second.
 */
export interface LiveEvents {
  /** First message: the server's clock and start, so that a page knows that it is connected anew. */
  hello: { at: string; startedAt: string }
  /** fleet=1, or box: a row has changed (at most twice a second for a box). */
  box: BoxView
  /** fleet=1: it is gone. */
  removed: { box: string }
  /** box: state, cameras, desired or reported has changed (at most twice a second). */
  detail: BoxDetail
  /** box: one more point of the charts. */
  health: { box: string; at: string; point: HealthPoint }
  /** fleet=1 without track events; box: all. */
  event: EventView
  /** camera: analysed frames, in the order they came. */
  frames: { box: string; camera: string; frames: LiveFrame[] }
  /** A new picture is at `url`; `t` is the capture time that frames have, too (0: the box did not say). */
  picture: { box: string; camera: string; t: number; pts: string; url: string }
  /** So many messages were thrown away because this browser reads too slowly. */
  dropped: { count: number }
}

/** One point of every health series. */
export interface HealthPoint {
  cpuPercent: number | null
  memoryPercent: number | null
  diskPercent: number | null
  temperatureC: number | null
  gpuPercent: number | null
  inferMs: number | null
  fps: number | null
  cameras: Record<string, { fps: number; latencyMsP50: number | null; dropped: number }>
}

export interface LiveFrame {
  /** Capture time, microseconds since 1970: the key to the picture. */
  t: number
  /** Presentation timestamp, nanoseconds, decimal (it may exceed 2^53). */
  pts: string
  n: number
  width: number
  height: number
  latencyUs: number
  objects: LiveObject[]
  /** Of a detection strategy, which looks in its own time; absent for frames of the pipeline. */
  strategy?: string
  /** Absent where the pipeline has no analytics of DeepStream's. */
  analytics?: LiveAnalytics
}

/** What DeepStream's nvdsanalytics makes of a frame, in the names of its configuration. */
export interface LiveAnalytics {
  zones: { name: string; objects: number; isOvercrowded: boolean }[]
  /** Crossings since the pipeline began. */
  lines: { name: string; crossings: number }[]
  /** Objects that move that way. */
  directions: { name: string; objects: number }[]
}

/** [track (0: not tracked), label, confidence, left, top, width, height], the box as 0 … 1 of the picture; then what few have. */
export type LiveObject = [number, string, number, number, number, number, number, LiveParts?]

/** What an object has beside its upright box. */
export interface LiveParts {
  /** Label and probability, as classifiers tell them. */
  attributes?: [string, number][]
  /** Radians, clockwise about the middle of the box. */
  rotation?: number
  /** A raster stretched over the box. `runs`: x, y and length of each piece of a column that belongs to the object. */
  mask?: { width: number; height: number; runs: number[] }
}
