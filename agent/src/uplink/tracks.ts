/** All cameras' tracks: events as they happen, and once a second where everything was. */
import type { Catalog, Severity } from '@vedette/protocol'
import { FrameColumns } from './frame_columns.ts'
import type { PackedFrames } from './frame_sender.ts'
import { Labels } from './labels.ts'
import { SeenObjects, type TrackWatcher } from './seen_objects.ts'
import { Thinning } from './thinning.ts'
import { TrackBook, type TrackEvent } from './track_book.ts'
import { TrackLog } from './track_log.ts'
import { TracksText } from './tracks_text.ts'

/** Tracks in one message at most, so that none grows without a bound. */
const MESSAGE_TRACKS = 256
const EVERY_MS = 1000

export interface TracksOptions {
  nextId(): number
  event(event: TrackEvent, severity: Severity): void
  /** One `up/tracks` message, encoded. */
  send(message: Uint8Array): void
  dropped(messages: number): void
  damaged(message: string): void
  watcher?: TrackWatcher
}

export class Tracks {
  readonly #options: TracksOptions
  readonly #columns = new FrameColumns()
  readonly #seen = new SeenObjects()
  readonly #log = new TrackLog()
  readonly #thinning = new Thinning()
  readonly #text = new TracksText()
  /** By index of the camera in the catalog. */
  readonly #books: (TrackBook | undefined)[] = []
  #catalog: Pick<Catalog, 'cameras' | 'classes'> = { cameras: [], classes: [] }
  #labels = new Labels([])
  #timer: NodeJS.Timeout | null = null
  /** Messages of the last second, to be sent. */
  #waiting: Uint8Array[] = []
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
    this.#waiting.length = 0
    for (const book of this.#books) if (book) this.#tell(book.endAll())
    this.#books.length = 0
  }

  /** Labels and cameras from now on. Tracks of cameras that went, and of classes that mean others now, end. */
  name(catalog: Pick<Catalog, 'cameras' | 'classes'>): void {
    const isSameClasses = catalog.classes.join('\n') === this.#catalog.classes.join('\n')
    if (!isSameClasses) this.#labels = new Labels(catalog.classes)
    for (const [index, book] of this.#books.entries()) {
      if (!book || (isSameClasses && catalog.cameras[index] === book.camera)) continue
      this.#tell(book.endAll())
      this.#books[index] = undefined
    }
    this.#catalog = catalog
  }

  /** The tracker of this camera begins anew. */
  restart(camera: string): void {
    for (const book of this.#books) if (book?.camera === camera) this.#tell(book.endAll())
  }

  /** `strategy` has found these; null: the model, in every analysed frame. */
  add({ bytes, offsets, cameras }: PackedFrames, objects: Uint32Array, strategy: string | null): void {
    const { watcher } = this.#options
    this.#columns.open(bytes)
    for (let i = 0; i < cameras.length; i++) {
      const isWatched = watcher?.looksAt(cameras[i]!, strategy) ?? false
      // A frame without objects ends nothing by itself: absence is a matter of time.
      if (objects[i] === 0 && !isWatched) continue
      const book = this.#bookOf(cameras[i]!)
      if (!book) continue
      if (!this.#columns.read(offsets[i]!, offsets[i + 1]!)) {
        this.#options.damaged(`a frame of camera ${this.#catalog.cameras[cameras[i]!]} could not be read`)
        continue
      }
      const began = book.see(this.#columns)
      if (began) this.#tell(began)
      if (!isWatched) continue
      this.#seen.read(this.#columns, book)
      watcher?.see(cameras[i]!, this.#seen, strategy)
    }
  }

  tick(nowMs: number): void {
    this.#write()
    // A late second hand: this process stood still, and the frames of that time are still to be read.
    const isLate = nowMs - this.#fromMs >= 2 * EVERY_MS
    this.#fromMs = nowMs
    if (isLate) return
    for (const book of this.#books) if (book) this.#tell(book.endAbsent(nowMs))
  }

  /** What of the last second the network had no time for is no news any more. */
  #write(): void {
    if (this.#waiting.length > 0) this.#options.dropped(this.#waiting.splice(0).length)
    const text = this.#text
    text.begin(this.#fromMs)
    const endFull = () => {
      if (text.count < MESSAGE_TRACKS) return
      this.#waiting.push(text.end())
      text.begin(this.#fromMs)
    }
    for (const book of this.#books) book?.tell(text, this.#thinning, endFull)
    if (text.count > 0) this.#waiting.push(text.end())
    this.#log.clear()
    this.#sendNext()
  }

  /** One in each turn of the event loop: the socket takes it before the next one comes. */
  #sendNext(): void {
    const message = this.#waiting.shift()
    if (!message) return
    this.#options.send(message)
    if (this.#waiting.length > 0) setImmediate(() => this.#sendNext())
  }

  #bookOf(index: number): TrackBook | null {
    const known = this.#books[index]
    if (known) return known
    const camera = this.#catalog.cameras[index]
    if (!camera) return null
    const book = new TrackBook({ camera, labels: this.#labels, log: this.#log, nextId: this.#options.nextId })
    this.#books[index] = book
    return book
  }

  #tell(events: TrackEvent[]): void {
    for (const event of events) this.#options.event(event, event.kind === 'track.began' ? 'info' : 'debug')
  }
}
