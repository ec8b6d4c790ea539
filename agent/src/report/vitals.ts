/** What is counted from one health message to the next. */
import { type CameraHealth, type Health, VERSION } from '@vedette/protocol'
import { type Counters, cameraHealth, type Look } from './camera_health.ts'
import { type Compared, comparisonHealth } from './comparison.ts'

/** The engine's latest statistics. */
export interface PipelineStats {
  /** -1 without a model. */
  inferMs: number
  framesDropped: number
  cameras: Record<string, Counters>
  rssBytes: number
  stages: { inferMs: number }[]
  comparison: Compared | null
}

type Host = Omit<Health, 'v' | 'at' | 'uptimeS' | 'spoolWaiting' | 'dropped' | 'inferMs' | 'cameras' | 'comparison'>

export class Vitals<S extends PipelineStats> {
  /** Of the cameras; null while no pipeline runs. */
  stats: S | null = null
  /** The same with streams that only this box's API knows. */
  ofEngine: S | null = null
  /** As in the last health message. */
  cameras: Record<string, CameraHealth> = {}
  /** Name and version of the model that is compared, and the labels of the one in charge. */
  compared: { model: string; labels: readonly string[] } | null = null
  /** Of the engine, while it compared nothing. */
  #rssBytes: number | null = null
  readonly #startedAt = Date.now()
  /** By camera, since the agent began. */
  readonly #objects: Record<string, number> = {}
  #seen = { frames: 0, objects: 0 }
  #last: Look | null = null

  get uptimeS(): number {
    return Math.round((Date.now() - this.#startedAt) / 1000)
  }

  /** Frames of catalog indices `cameras` with so many objects each; `names` are the catalog's. */
  count(frames: { cameras: Uint32Array; objects: Uint32Array }, names: readonly (string | null)[]): void {
    const { cameras, objects } = frames
    this.#seen.frames += cameras.length
    for (let i = 0; i < cameras.length; i++) {
      const count = objects[i]!
      if (count === 0) continue
      this.#seen.objects += count
      const camera = names[cameras[i]!]
      if (camera) this.#objects[camera] = (this.#objects[camera] ?? 0) + count
    }
  }

  /** Frames and objects since the last call. */
  takeSeen(): { frames: number; objects: number } {
    const seen = this.#seen
    this.#seen = { frames: 0, objects: 0 }
    return seen
  }

  health(host: Host, uplink: { spoolWaiting: number; dropped: number }): Health {
    const { stats } = this
    const look = { atMs: Date.now(), cameras: stats?.cameras ?? {}, objects: { ...this.#objects } }
    this.cameras = cameraHealth(this.#last, look)
    this.#last = look
    return {
      v: VERSION,
      at: new Date(look.atMs).toISOString(),
      uptimeS: this.uptimeS,
      ...host,
      spoolWaiting: uplink.spoolWaiting,
      dropped: uplink.dropped + (stats?.framesDropped ?? 0),
      inferMs: stats && stats.inferMs >= 0 ? stats.inferMs : null,
      cameras: this.cameras,
      ...this.#comparison()
    }
  }

  #comparison(): Pick<Health, 'comparison'> {
    const { stats, compared } = this
    if (stats && stats.comparison === null) this.#rssBytes = stats.rssBytes
    if (!stats?.comparison || compared === null) return {}
    const { comparison, stages } = stats
    return { comparison: comparisonHealth({ comparison, stages, ...compared, engineRssBytesBefore: this.#rssBytes }) }
  }
}
