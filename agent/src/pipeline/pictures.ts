/** Taps and snapshots under way: who asked for which picture. Taps outlive the engine process and are asked for again. */
import type { Picture } from '@vedette/native'
import type { Id } from '@vedette/protocol'
import type { ToEngine } from './channel/messages.ts'
import type { PicturePurpose } from './channel/packed_frames.ts'
import type { Preview } from './channel/status.ts'

interface Tapped {
  camera: Id
  width: number
  maxFps: number
  onPicture: (preview: Preview) => void
}

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

  tap(options: Omit<Tapped, 'onPicture'>, onPicture: Tapped['onPicture']): { close(): void } {
    const id = ++this.#last
    this.#taps.set(id, { ...options, onPicture })
    this.#send({ say: 'tap', tap: id, ...options })
    return {
      close: () => {
        if (this.#taps.delete(id)) this.#send({ say: 'untap', tap: id })
      }
    }
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

  arrived(purpose: PicturePurpose, id: number, { data, ...picture }: Picture): void {
    if (purpose === 'tap') {
      const tapped = this.#taps.get(id)
      tapped?.onPicture({ camera: tapped.camera, ...picture, jpeg: data })
      return
    }
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
    for (const [tap, { camera, width, maxFps }] of this.#taps) this.#send({ say: 'tap', tap, camera, width, maxFps })
  }

  #take(request: number): Asked | undefined {
    const asked = this.#asked.get(request)
    if (asked) clearTimeout(asked.limit)
    this.#asked.delete(request)
    return asked
  }
}
