/** The last few pictures of each watched camera, in memory: a page asks for the one whose boxes it draws. */

interface Picture {
  capturedUs: number
  jpeg: Uint8Array
}

/** At 10 pictures a second, half a second for the browser to ask. */
const KEPT = 5
const CAMERAS = 1000

export class Pictures {
  readonly #kept = new Map<string, Picture[]>()

  put(camera: string, picture: Picture): void {
    const kept = [...(this.#kept.get(camera) ?? []), picture].slice(-KEPT)
    // Moved to the end, so that the first key is the one longest without a picture.
    this.#kept.delete(camera)
    this.#kept.set(camera, kept)
    const oldest = this.#kept.keys().next().value
    if (this.#kept.size > CAMERAS && oldest !== undefined) this.#kept.delete(oldest)
  }

  get(camera: string, capturedUs?: number): Uint8Array | null {
    const kept = this.#kept.get(camera)
    const exact = kept?.find((picture) => picture.capturedUs === capturedUs)
    return (exact ?? kept?.at(-1))?.jpeg ?? null
  }

  remove(box: string): void {
    for (const camera of this.#kept.keys()) if (camera.startsWith(`${box}/`)) this.#kept.delete(camera)
  }
}
