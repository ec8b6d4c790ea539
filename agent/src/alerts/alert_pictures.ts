/**
 * Pictures of alerts: asked of the engine when an alert goes out, drawn on, and kept as a file while a handler still has
 * to bring it. Best effort: one that does not come in time is left out, and the alert goes without.
 */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Alert, cameraOf } from './alert.ts'
import { drawAlert } from './picture_drawing.ts'

export interface AlertPicturesOptions {
  directory: string
  /** What the camera shows now. */
  snapshot(camera: string, limitMs: number): Promise<{ jpeg: Uint8Array }>
  limitMs: number
  log(message: string): void
  now?(): number
}

/** At the same time; more alerts at once go without. */
const AT_ONCE = 4
/** An alert from before a restart has the picture that was taken then, or none. */
const FRESH_MS = 5000
/** Kept at most, for handlers that cannot be reached. */
const KEPT = 200

export class AlertPictures {
  readonly #options: AlertPicturesOptions
  #busy = 0
  #failed = false

  constructor(options: AlertPicturesOptions) {
    this.#options = options
  }

  /** Those that a run before this one left and of which there are too many, go: oldest first, by their names. */
  async start(): Promise<void> {
    const { directory } = this.#options
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const names = (await readdir(directory)).toSorted()
    for (const name of names.slice(0, Math.max(0, names.length - KEPT)))
      await rm(join(directory, name), { force: true })
  }

  async take(alert: Alert): Promise<Uint8Array | null> {
    const { now = Date.now } = this.#options
    if (now() - Date.parse(alert.at) > FRESH_MS) return readFile(this.#file(alert)).catch(() => null)
    if (this.#busy >= AT_ONCE || !isShown(alert)) return null
    this.#busy++
    try {
      return await this.#fresh(alert)
    } catch (error) {
      if (!this.#failed) this.#options.log(`alerts go without a picture: ${(error as Error).message}`)
      this.#failed = true
      return null
    } finally {
      this.#busy--
    }
  }

  forget(alert: Alert): void {
    void rm(this.#file(alert), { force: true }).catch(() => undefined)
  }

  async #fresh(alert: Alert): Promise<Uint8Array | null> {
    const { snapshot, limitMs } = this.#options
    const late = Promise.withResolvers<null>()
    const timer = setTimeout(() => late.resolve(null), limitMs)
    const made = snapshot(cameraOf(alert), limitMs).then(({ jpeg }) => drawAlert(jpeg, alert))
    // It may still fail when nobody waits for it any more.
    made.catch(() => undefined)
    try {
      const picture = await Promise.race([made, late.promise])
      if (picture !== null) {
        this.#failed = false
        await writeFile(this.#file(alert), picture, { mode: 0o600 }).catch(() => undefined)
      }
      return picture
    } finally {
      clearTimeout(timer)
    }
  }

  #file({ id }: Alert): string {
    return join(this.#options.directory, `${id}.jpg`)
  }
}

/** A camera that is down shows nothing. */
function isShown({ camera, rule, isOver }: Alert): boolean {
  return camera !== null && (isOver || rule.kind !== 'camera-down')
}
