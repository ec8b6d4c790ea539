/** What pages can call: `locals.rooms`. Reading is synchronous (SQLite); what takes time is a promise. */
import type { AlertLimits, Analysis, Detection, EventKind, Source } from '@vedette/protocol'
import type {
  AuditView,
  BoxDetail,
  BoxView,
  CameraDetail,
  ConsoleView,
  EventView,
  HealthSeries,
  ModelView,
  PersonView,
  ReaderView,
  TrackView,
  WebhookView
} from '../view.ts'

export interface Rooms {
  store: StoreRoom
  desired: DesiredRoom
  models: ModelsRoom
  identity: IdentityRoom
  readers: ReadersRoom
  commands: CommandsRoom
  live: LiveRoom
  status(): ConsoleView
  /** Is this the secret of this box? */
  isBox(id: string, secret: string): boolean
  /** True when people come by https: cookies are then Secure. */
  isHttps: boolean
}

/** Everything to show. An unknown id gives null. */
export interface StoreRoom {
  listBoxes(): BoxView[]
  box(id: string): BoxDetail | null
  camera(box: string, camera: string): CameraDetail | null
  /** Newest first. `before` is the `key` of the last one shown. */
  events(query: EventQuery): EventView[]
  health(box: string, span: Span): HealthSeries
  /** Stored tracks whose points begin in the span, oldest first. */
  tracks(query: { box: string; camera: string } & Span): TrackView[]
  listModels(): ModelView[]
  listReaders(): ReaderView[]
  audit(limit: number): AuditView[]
}

export interface EventQuery {
  box?: string
  camera?: string
  /** Only of these kinds. */
  kinds?: EventKind[]
  /** Leave out the began/ended of tracks. */
  withoutTracks?: boolean
  before?: string
  limit: number
}

export interface Span {
  fromMs: number
  toMs: number
}

/**
 * Edits of boxes and cameras. Each one checks, stores, builds the whole document and publishes it, or throws a
 * RefusedEdit whose `errors` are keyed by field. `by` is the person's name, for the audit.
 */
export interface DesiredRoom {
  /** The id is made from the name. The secret is shown once: only its hash is kept. */
  addBox(input: { name: string }, by: string): { id: string; secret: string }
  renameBox(box: string, name: string, by: string): void
  /** A new secret; the old one stops working at once. */
  renewSecret(box: string, by: string): { secret: string }
  removeBox(box: string, by: string): void
  /** The id is made from the name. */
  addCamera(box: string, input: CameraInput, by: string): { id: string }
  changeCamera(at: { box: string; camera: string }, input: CameraInput, by: string): void
  /** All rules and masks of a camera, in place of those it has. */
  setRules(at: { box: string; camera: string }, input: RulesInput, by: string): void
  removeCamera(box: string, camera: string, by: string): void
  setAnalysis(box: string, input: Pick<Analysis, 'interval' | 'tracker'>, by: string): void
  /** The model that a box should run (by the package's sha256), or null: decode only. */
  assignModel(box: string, sha256: string | null, by: string): void
  /** The classifiers that look at the objects it finds, in this order. */
  setSecondaries(box: string, secondaries: SecondaryInput[], by: string): void
  /** The detector that looks at the same frames and is only compared; null: none. */
  setCompare(box: string, compare: CompareInput | null, by: string): void
  /** When alerts go out, and where to beside the box's own handlers. */
  setAlerts(box: string, alerts: AlertsInput, by: string): void
}

/** What was typed and drawn: checked where it is stored. */
export interface RulesInput {
  rules: Record<string, unknown>
  masks: Record<string, unknown>
}

export interface AlertsInput {
  /** What is absent is as in the settings of the box. */
  limits: AlertLimits
  webhook: WebhookView | null
  /** The secret that signs. */
  secret: { action: 'keep' } | { action: 'clear' } | { action: 'set'; secret: string }
}

/** Alerts as the store keeps them. */
export type StoredAlerts = AlertLimits & { webhook?: WebhookView }

export interface StoredSecret {
  /** Rises with every edit: the box compares it. */
  revision: number
  /** Encrypted with the console's key, Base64; null: none, but its revisions go on. */
  kept: string | null
  /** The same, sealed to the box's key, and which key that was. */
  sealed: string | null
  sealedTo: string | null
}

export interface CompareInput {
  /** Of the package. */
  sha256: string
  /** Frames it skips between two that it looks at. */
  interval: number
}

export interface SecondaryInput {
  /** Of the package. */
  sha256: string
  /** Labels of the objects it looks at; empty = all. */
  classes: string[]
}

export interface CameraInput {
  name: string
  enabled: boolean
  source: Source
  credential: { action: 'keep' } | { action: 'clear' } | { action: 'set'; user: string; password: string }
  detection: Detection
  frames: 'leased' | 'all'
}

/** Fields: name, enabled, source.url, source.path …, credential.user, detection.minConfidence …; '' is the whole. */
export class RefusedEdit extends Error {
  override name = 'RefusedEdit'
  readonly errors: Record<string, string>
  constructor(errors: Record<string, string>) {
    super(Object.values(errors).join(' '))
    this.errors = errors
  }
}

export interface ModelsRoom {
  /** Throws a RefusedEdit while a box should run it. */
  remove(sha256: string, by: string): Promise<void>
  /** Pages upload by `PUT /models/upload` (see its +server.ts): the file is the body, streamed. */
  receive(upload: ModelUpload, by: string): Promise<ModelView>
  /** Families of detectors that `import` knows, and classifiers. */
  parsers(): readonly string[]
  /** For `GET /packages/[sha256]`. */
  download(sha256: string, range: string | null): Promise<Response>
}

export interface ModelUpload {
  body: ReadableStream<Uint8Array>
  /** File name: *.onnx is imported, everything else must be a package archive. */
  file: string
  /** For .onnx. */
  import?: { name: string; version: string; parser: string; labels: string[]; licence: string; source: string }
}

export interface IdentityRoom {
  /** Is this one-time token good? */
  isWelcome(token: string): boolean
  /** Uses the one-time token up: makes the person and signs in. Throws a RefusedEdit (name, password, token). */
  welcome(input: { token: string; name: string; password: string }): Promise<SignedIn>
  /** Throws a RefusedEdit when name or password is wrong or there were too many tries from this address. */
  signIn(input: { name: string; password: string; address: string }): Promise<SignedIn>
  signOut(session: string): void
  /** Ends all sessions of the person: sign in again. Throws a RefusedEdit (current, password). */
  changePassword(person: PersonView, input: { current: string; password: string }): Promise<void>
  /** A one-time link for one more person. */
  invite(by: string): { token: string; expires: string }
  listPeople(): PersonView[]
  personOfSession(session: string): PersonView | null
}

export interface SignedIn {
  person: PersonView
  /** Put it into the cookie SESSION_COOKIE with SESSION_OPTIONS. */
  session: string
  maxAgeS: number
}

/** httpOnly, SameSite=Lax, path /, secure = rooms.isHttps. */
export const SESSION_COOKIE = 'vedette_session'

/** Read-only MQTT accounts. */
export interface ReadersRoom {
  /** The password is shown once. Throws a RefusedEdit (name). */
  add(name: string, by: string): { password: string }
  remove(name: string, by: string): void
}

/** Things for a box to do once. The promise is its answer, or an error after 15 s without one. */
export interface CommandsRoom {
  restartEngine(box: string, by: string): Promise<string>
  restartAgent(box: string, by: string): Promise<string>
  snapshot(box: string, camera: string, by: string): Promise<Uint8Array>
}

export interface LiveRoom {
  /** For `GET /live`. */
  stream(query: { fleet: boolean; box: string | null; camera: string | null; pictures: number | null }): ReadableStream
  /** The picture with that capture time while it is kept, else the newest; null when there is none. */
  picture(box: string, camera: string, capturedUs?: number): Uint8Array | null
}
