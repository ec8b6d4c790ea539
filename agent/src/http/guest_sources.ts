/**
 * Streams that somebody started through this API: beside the cameras of the desired state, never among them. They are
 * not told to the console, are gone when the agent ends, and make room when the desired state needs theirs.
 */
import { randomBytes } from 'node:crypto'
import { Camera, check, type Id } from '@vedette/protocol'
import { HttpFault } from './fault.ts'

export interface GuestRequest {
  url: string
  name?: string
  user?: string
  password?: string
  transport?: 'auto' | 'tcp' | 'udp'
  maxFps?: number
  minConfidence?: number
  /** Detection strategies of the box that look at it, too. */
  strategies?: string[]
}

export interface GuestSource {
  id: Id
  /** In frames, far above those of the catalog, and never given twice. */
  index: number
  camera: Camera
  /** Without user and password. */
  url: string
  password: { user: string; password: string } | null
  startedAt: string
}

export interface GuestSourcesOptions {
  /** Detection strategies that this box has. */
  strategies: readonly string[]
  /** Cameras that this box can have. */
  maxSources: number
  /** Never to be written anywhere. */
  redact(password: string, user: string): void
  /** Those that run have changed: throws when nothing can run yet. */
  changed(): void
}

const FIRST_INDEX = 0x4000_0000
const NAME_LENGTH = 100

export class GuestSources {
  readonly #options: GuestSourcesOptions
  readonly #sources = new Map<Id, GuestSource>()
  #next = FIRST_INDEX
  /** Cameras of the desired state. */
  #others = 0

  constructor(options: GuestSourcesOptions) {
    this.#options = options
  }

  get all(): GuestSource[] {
    return [...this.#sources.values()]
  }

  get cameras(): Record<Id, Camera> {
    return Object.fromEntries(this.all.map(({ id, camera }) => [id, camera]))
  }

  get(id: Id): GuestSource | undefined {
    return this.#sources.get(id)
  }

  has(id: Id): boolean {
    return this.#sources.has(id)
  }

  /** Whether frames of that index are of such a stream, of one that has gone too. */
  isGuest(index: number): boolean {
    return index >= FIRST_INDEX
  }

  idAt(index: number): Id | null {
    return this.all.find((source) => source.index === index)?.id ?? null
  }

  /** Throws an HttpFault. */
  add(request: GuestRequest): GuestSource {
    const { maxSources, strategies, redact } = this.#options
    const unknown = request.strategies?.find((name) => !strategies.includes(name))
    if (unknown !== undefined) {
      const known = strategies.length === 0 ? 'it has none' : strategies.join(', ')
      throw new HttpFault(
        422,
        `expected detection strategies of this box (${known}; detection.strategies of its settings) for strategies, received ${unknown}`
      )
    }
    if (this.#sources.size + this.#others >= maxSources) {
      throw new HttpFault(
        409,
        `expected room for another source: all ${maxSources} are taken (pipeline.maxSources), ${this.#others} by cameras of the box; delete one first`
      )
    }
    const source = { ...sourceOf(request), id: `api-${randomBytes(5).toString('hex')}`, index: this.#next++ }
    if (source.password) redact(source.password.password, source.password.user)
    this.#sources.set(source.id, source)
    try {
      this.#options.changed()
    } catch (error) {
      this.#sources.delete(source.id)
      throw error
    }
    return source
  }

  /** False when there is none. */
  remove(id: Id): boolean {
    const isKnown = this.#sources.delete(id)
    if (isKnown) this.#options.changed()
    return isKnown
  }

  /** So many cameras of the desired state want to run: the youngest streams make room for them. */
  makeRoom(others: number): void {
    this.#others = others
    const room = Math.max(0, this.#options.maxSources - others)
    for (const { id } of this.all.slice(room)) this.#sources.delete(id)
  }
}

function sourceOf(request: GuestRequest): Omit<GuestSource, 'id' | 'index'> {
  const { name, maxFps = 0, minConfidence = 0, strategies = [] } = request
  const { url, password } = addressOf(request)
  const shown = (name ?? url).slice(0, NAME_LENGTH)
  const detection = { enabled: true, maxFps, minConfidence, classes: [], strategies }
  try {
    const source = kindOf(url, request.transport ?? 'auto')
    const camera = check(Camera, { name: shown, enabled: true, source, detection, frames: 'leased' }, 'source')
    return { camera, url, password, startedAt: new Date().toISOString() }
  } catch (error) {
    if (error instanceof HttpFault) throw error
    throw new HttpFault(422, error instanceof Error ? error.message.slice(0, 300) : 'expected a source')
  }
}

function kindOf(url: string, transport: 'auto' | 'tcp' | 'udp'): unknown {
  const { protocol } = new URL(url)
  if (protocol === 'rtsp:' || protocol === 'rtsps:') return { kind: 'rtsp', url, transport, latencyMs: 200 }
  if (protocol === 'http:' || protocol === 'https:') return { kind: 'http', url, loop: false }
  if (protocol === 'test:') return { kind: 'test', width: 640, height: 360, fps: 15, shapes: 3, seed: 1 }
  throw new HttpFault(422, `expected an address of rtsp://, rtsps://, http://, https:// or test:, received ${protocol}`)
}

/** User and password may stand in the address, as cameras' manuals write it; from here on they do not. */
function addressOf({ url, user, password }: GuestRequest): Pick<GuestSource, 'url' | 'password'> {
  if (!URL.canParse(url)) throw new HttpFault(422, 'expected an address such as rtsp://192.168.1.20/stream1 for url')
  const at = url.indexOf('://')
  const end = at < 0 ? -1 : url.slice(at + 3).search(/[/?#]|$/) + at + 3
  const authority = at < 0 ? '' : url.slice(at + 3, end)
  const sign = authority.lastIndexOf('@')
  // Elsewhere it says nothing of who asks, and is written so that nobody takes it for that.
  const bare = sign < 0 ? url : url.slice(0, at + 3) + authority.slice(sign + 1) + url.slice(end).replaceAll('@', '%40')
  const [first = '', ...rest] = sign < 0 ? [] : authority.slice(0, sign).split(':')
  const given = { user: user ?? decoded(first), password: password ?? decoded(rest.join(':')) }
  return { url: bare, password: given.user === '' && given.password === '' ? null : given }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
