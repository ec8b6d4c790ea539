/** All cameras' tracks: events as they happen, and once a second where everything was. */
import type { Catalog, Severity } from '@vedette/protocol'
import { FrameColumns } from './frame_columns.ts'
import type { PackedFrames } from './frame_sender.ts'
import { TrackBook, type TrackEvent } from './track_book.ts'

/** Tracks in one message at most, so that none grows without a bound. */
const MESSAGE_TRACKS = 256
const EVERY_MS = 1000

export interface TracksOptions {
  nextId(): number
  event(event: TrackEvent, severity: Severity): void
  /** One `up/tracks` message, encoded. */
  send(message: string): void
  damaged(message: string): void
}

export class Tracks {
  readonly #options: TracksOptions
  readonly #columns = new FrameColumns()
  readonly #books = new Map<number, { camera: string; book: TrackBook }>()
  #catalog: Pick<Catalog, 'cameras' | 'classes'> = { cameras: [], classes: [] }
  #timer: NodeJS.Timeout | null = null
  #fromMs = Date.now()

  constructor(options: TracksOptions) {
    this.#options = options
  }

  start(): void {
    this.#timer = setInterval(() => this.tick(Date.now()), EVERY_MS)
  }

  stop(): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
    this.#tell([...this.#books.values()].flatMap(({ book }) => book.endAll()))
    this.#books.clear()
  }

  /** Labels and cameras from now on. Tracks of cameras that went, and of classes that mean others now, end. */
  name(catalog: Pick<Catalog, 'cameras' | 'classes'>): void {
    const isSameClasses = catalog.classes.join('\n') === this.#catalog.classes.join('\n')
    for (const [index, { camera, book }] of this.#books) {
      if (isSameClasses && catalog.cameras[index] === camera) continue
      this.#tell(book.endAll())
      this.#books.delete(index)
    }
    this.#catalog = catalog
  }

  /** The tracker of this camera begins anew. */
  restart(camera: string): void {
    for (const entry of this.#books.values()) if (entry.camera === camera) this.#tell(entry.book.endAll())
  }

  add({ bytes, offsets, cameras }: PackedFrames, objects: Uint32Array): void {
    this.#columns.open(bytes)
    for (let i = 0; i < cameras.length; i++) {
      // A frame without objects ends nothing by itself: absence is a matter of time.
      if (objects[i] === 0) continue
      const book = this.#bookOf(cameras[i]!)
      if (!book) continue
      if (!this.#columns.read(offsets[i]!, offsets[i + 1]!)) {
        this.#options.damaged(`a frame of camera ${this.#catalog.cameras[cameras[i]!]} could not be read`)
        continue
      }
      const began = book.see(this.#columns)
      if (began.length > 0) this.#tell(began)
    }
  }

  tick(nowMs: number): void {
    const fromMs = this.#fromMs
    this.#fromMs = nowMs
    const tracks = []
    for (const { camera, book } of this.#books.values()) {
      if (book.isEmpty) continue
      for (const points of book.takePoints(fromMs)) tracks.push({ camera, ...points })
      this.#tell(book.endAbsent(nowMs))
    }
    const from = new Date(fromMs).toISOString()
    for (let i = 0; i < tracks.length; i += MESSAGE_TRACKS) {
      // Not checked against the schema, at thousands of points a second: the test of this file checks what it makes.
      this.#options.send(JSON.stringify({ v: 1, from, tracks: tracks.slice(i, i + MESSAGE_TRACKS) }))
    }
  }

  #bookOf(index: number): TrackBook | null {
    const known = this.#books.get(index)
    if (known) return known.book
    const camera = this.#catalog.cameras[index]
    if (!camera) return null
    const labelOf = (classId: number) => this.#catalog.classes[classId] ?? `class ${classId}`
    const book = new TrackBook({ camera, nextId: this.#options.nextId, labelOf })
    this.#books.set(index, { camera, book })
    return book
  }

  #tell(events: TrackEvent[]): void {
    for (const event of events) this.#options.event(event, event.kind === 'track.began' ? 'info' : 'debug')
  }
}
