/** Who looks at what, and what each of them gets. Boxes send frames and pictures only while somebody looks. */
import { type Catalog, decodeEnvelope, type FrameEnvelope, type PreviewStamp, type Watch } from '@vedette/protocol'
import type { BoxDetail, BoxView, EventView, HealthPoint } from '../../view.ts'
import type { LiveRoom } from '../rooms.ts'
import { liveFrames } from './frames.ts'
import { isEmpty, type Wish, watchOf } from './leases.ts'
import { Pictures } from './pictures.ts'
import { EventStream } from './stream.ts'

export interface LiveOptions {
  boxView(box: string): BoxView | null
  boxDetail(box: string): BoxDetail | null
  catalog(box: string): Catalog | null
  cameras(box: string): Iterable<string>
  sendWatch(box: string, watch: Watch): void
  /** The box should say again how it is. */
  announce(box: string): void
  startedAt: string
}

interface Viewer extends Wish {
  fleet: boolean
  stream: EventStream
}

const RENEW_MS = 5000
/** Between two requests to a box for the catalog that its frames name. */
const ANNOUNCE_MS = 10_000
const TICK_MS = 500

export class Live implements LiveRoom {
  readonly #options: LiveOptions
  readonly #viewers = new Set<Viewer>()
  readonly #pictures = new Pictures()
  readonly #leased = new Set<string>()
  readonly #announceMs = new Map<string, number>()
  readonly #changed = new Set<string>()
  readonly #changedDetails = new Set<string>()
  #timers: NodeJS.Timeout[] = []
  #isStopped = false

  constructor(options: LiveOptions) {
    this.#options = options
  }

  start(): void {
    this.#timers = [
      setInterval(() => this.#renew(), RENEW_MS).unref(),
      setInterval(() => this.#tell(), TICK_MS).unref()
    ]
  }

  stop(): void {
    this.#isStopped = true
    for (const timer of this.#timers) clearInterval(timer)
    for (const viewer of [...this.#viewers]) viewer.stream.end()
  }

  stream(query: {
    fleet: boolean
    box: string | null
    camera: string | null
    pictures: number | null
  }): ReadableStream {
    const stream = new EventStream(() => {
      this.#viewers.delete(viewer)
      if (query.box !== null && !this.#isStopped) this.#lease(query.box)
    })
    const viewer: Viewer = { ...query, stream }
    if (this.#isStopped) {
      stream.end()
      return stream.readable
    }
    this.#viewers.add(viewer)
    stream.send('hello', { at: new Date().toISOString(), startedAt: this.#options.startedAt })
    if (query.box !== null) {
      const detail = this.#options.boxDetail(query.box)
      if (detail) stream.send('detail', detail)
      this.#lease(query.box)
    }
    return stream.readable
  }

  picture(box: string, camera: string, capturedUs?: number): Uint8Array | null {
    return this.#pictures.get(`${box}/${camera}`, capturedUs)
  }

  /** The row of a box has changed; with `isDetail`, what its own page shows, too. */
  changed(box: string, isDetail: boolean): void {
    this.#changed.add(box)
    if (isDetail) this.#changedDetails.add(box)
  }

  /** Cameras were added or removed: whoever wants pictures of all of them wants these. */
  relet(box: string): void {
    this.#lease(box)
  }

  removed(box: string): void {
    this.#pictures.remove(box)
    this.#announceMs.delete(box)
    for (const viewer of this.#viewers) {
      if (viewer.fleet || viewer.box === box) viewer.stream.send('removed', { box })
    }
  }

  event(event: EventView): void {
    const isTrack = event.kind === 'track.began' || event.kind === 'track.ended'
    for (const viewer of this.#viewers) {
      if (viewer.box === event.box || (viewer.fleet && !isTrack)) viewer.stream.send('event', event)
    }
  }

  health(box: string, at: string, point: HealthPoint): void {
    for (const viewer of this.#viewers) if (viewer.box === box) viewer.stream.send('health', { box, at, point })
  }

  /** Decoded only for those who look: boxes may be set to send all frames, always. */
  frames(box: string, batch: FrameEnvelope): void {
    const viewers = [...this.#viewers].filter((viewer) => viewer.box === box && viewer.camera !== null)
    if (viewers.length === 0) return
    const cameras = liveFrames(decodeEnvelope(batch), this.#options.catalog(box))
    if (cameras === null) {
      this.#askForCatalog(box)
      return
    }
    for (const viewer of viewers) {
      const camera = viewer.camera ?? ''
      const frames = cameras.get(camera)
      if (frames) viewer.stream.send('frames', { box, camera, frames })
    }
  }

  preview(box: string, camera: string, { jpeg, stamp }: { jpeg: Uint8Array; stamp: PreviewStamp | null }): void {
    const t = stamp?.capturedUs ?? 0
    this.#pictures.put(`${box}/${camera}`, { capturedUs: t, jpeg })
    const url = `/boxes/${box}/cameras/${camera}/picture?t=${t}`
    const picture = { box, camera, t, pts: String(stamp?.ptsNs ?? 0), url }
    for (const viewer of this.#viewers) {
      if (viewer.box !== box) continue
      if (viewer.camera === camera || viewer.pictures !== null) viewer.stream.send('picture', picture)
    }
  }

  /** Frames of the catalog before may still be on their way; if its catalog was lost, no frame is shown ever again. */
  #askForCatalog(box: string): void {
    const nowMs = performance.now()
    if (nowMs - (this.#announceMs.get(box) ?? Number.NEGATIVE_INFINITY) < ANNOUNCE_MS) return
    this.#announceMs.set(box, nowMs)
    this.#options.announce(box)
  }

  #tell(): void {
    if (this.#viewers.size > 0) {
      for (const box of this.#changed) this.#tellRow(box)
      for (const box of this.#changedDetails) this.#tellDetail(box)
    }
    this.#changed.clear()
    this.#changedDetails.clear()
  }

  #tellRow(box: string): void {
    const viewers = [...this.#viewers].filter((viewer) => viewer.fleet || viewer.box === box)
    const view = viewers.length > 0 ? this.#options.boxView(box) : null
    if (view) for (const viewer of viewers) viewer.stream.send('box', view)
  }

  #tellDetail(box: string): void {
    const viewers = [...this.#viewers].filter((viewer) => viewer.box === box)
    const detail = viewers.length > 0 ? this.#options.boxDetail(box) : null
    if (detail) for (const viewer of viewers) viewer.stream.send('detail', detail)
  }

  #renew(): void {
    for (const box of this.#leased) this.#lease(box)
  }

  #lease(box: string): void {
    const watch = watchOf(box, this.#viewers, this.#options.cameras(box))
    const isNeeded = !isEmpty(watch)
    // The last one has left: say so once, rather than let the lease run out.
    if (isNeeded || this.#leased.has(box)) this.#options.sendWatch(box, watch)
    if (isNeeded) this.#leased.add(box)
    else this.#leased.delete(box)
  }
}
