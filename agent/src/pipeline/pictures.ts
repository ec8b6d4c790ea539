/** Taps and snapshots under way: who asked for which picture. Taps outlive the engine process and are asked for again. */
import type { Picture } from '@vedette/native'
import type { Id } from '@vedette/protocol'
import type { TapFormat, ToEngine } from './channel/messages.ts'
import type { PicturePurpose } from './channel/packed_frames.ts'
import type { Preview } from './channel/status.ts'

interface Tapped {
  camera: Id
  width: number
  maxFps: number
  format: TapFormat
  onPicture: (picture: Picture) => void
}

export type TapOptions = Omit<Tapped, 'onPicture' | 'format'>

interface Asked {
  camera: Id
  resolve: (preview: Preview) => void
  reject: (error: Error) => void
  limit: NodeJS.Timeout
}

/** The engine keeps the limit itself; this much longer means that it does not answer at all. */
const GRACE_MS = 2_000

export class Pictures {
  readonly #send: (message: ToEngine) => void
  readonly #taps = new Map<number, Tapped>()
  readonly #asked = new Map<number, Asked>()
  #last = 0

  constructor(send: (message: ToEngine) => void) {
    this.#send = send
  }

  tap(options: TapOptions, onPicture: (preview: Preview) => void): { close(): void } {
    const { camera } = options
    return this.#open({
      ...options,
      format: 'JPEG',
      onPicture: ({ data, ...picture }) => onPicture({ camera, ...picture, jpeg: data })
    })
  }

  /** RGB, row after row. */
  tapPixels(options: TapOptions, onPicture: (picture: Picture) => void): { close(): void } {
    return this.#open({ ...options, format: 'RGB', onPicture })
  }

  snapshot(camera: Id, options: { width?: number; limitMs: number }): Promise<Preview> {
    const request = ++this.#last
    const { limitMs } = options
    return new Promise((resolve, reject) => {
      const late = () => this.failed(request, `expected a picture of ${camera} within ${limitMs} ms, received none`)
      this.#asked.set(request, { camera, resolve, reject, limit: setTimeout(late, limitMs + GRACE_MS) })
      this.#send({ say: 'snapshot', request, camera, width: options.width ?? null, limitMs })
    })
  }

  arrived(purpose: PicturePurpose, id: number, whole: Picture): void {
    if (purpose === 'tap') {
      this.#taps.get(id)?.onPicture(whole)
      return
    }
    const { data, ...picture } = whole
    const asked = this.#take(id)
    asked?.resolve({ camera: asked.camera, ...picture, jpeg: data })
  }

  failed(request: number, message: string): void {
    this.#take(request)?.reject(new Error(message))
  }

  /** Nobody answers any more. */
  fail(message: string): void {
    for (const request of [...this.#asked.keys()]) this.failed(request, message)
  }

  /** To a new engine process, which knows of no tap. */
  resend(): void {
    for (const [tap, tapped] of this.#taps) this.#ask(tap, tapped)
  }

  #open(tapped: Tapped): { close(): void } {
    const id = ++this.#last
    this.#taps.set(id, tapped)
    this.#ask(id, tapped)
    return {
      close: () => {
        if (this.#taps.delete(id)) this.#send({ say: 'untap', tap: id })
      }
    }
  }

  #ask(tap: number, { camera, width, maxFps, format }: Tapped): void {
    this.#send({ say: 'tap', tap, camera, width, maxFps, format })
  }

  #take(request: number): Asked | undefined {
    const asked = this.#asked.get(request)
    if (asked) clearTimeout(asked.limit)
    this.#asked.delete(request)
    return asked
  }
}
