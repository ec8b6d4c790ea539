/**
 * Objects by camera and class, and how sure model or strategy was of them: counted frame by frame, from the first look at the
 * metrics page on and for as long as somebody looks at it every five minutes. A box that nobody asks pays nothing.
 */
import { Counter, Histogram, Registry } from 'prom-client'
import { readColumns } from './detection_columns.ts'
import type { Names, PackedFrames } from './results.ts'

/** Series of camera and class; a model with 10,000 classes must not fill whoever scrapes. Beyond: class "other". */
const SERIES = 500
const WATCHED_MS = 300_000
const OTHER = 'other'

export class DetectionCounts {
  readonly #registry = new Registry()
  readonly #objects: Counter<'camera' | 'class'>
  readonly #confidence: Histogram
  readonly #series = new Set<string>()
  #watchedUntil = 0

  constructor() {
    const registers = [this.#registry]
    this.#objects = new Counter({
      name: 'vedette_objects_total',
      help: 'Objects detected, by camera and class',
      labelNames: ['camera', 'class'],
      registers
    })
    this.#confidence = new Histogram({
      name: 'vedette_detection_confidence',
      help: 'How sure model or strategy was of each object, 0 to 1',
      buckets: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1],
      registers
    })
  }

  count({ bytes, offsets, cameras, objects }: PackedFrames & { objects: Uint32Array }, names: Names): void {
    if (performance.now() > this.#watchedUntil) return
    for (let i = 0; i < cameras.length; i++) {
      const camera = names.cameraAt(cameras[i]!)
      if (objects[i] === 0 || !camera) continue
      const { classId, confidence } = readColumns(bytes.subarray(offsets[i]!, offsets[i + 1]!))
      for (const id of classId) this.#objects.inc(this.#labels(camera, names.classes[id] ?? String(id)))
      // 0: on frames that the model skips, the tracker carries an object on.
      for (const value of confidence) if (value > 0) this.#confidence.observe(value)
    }
  }

  /** In the text format of Prometheus. */
  text(): Promise<string> {
    this.#watchedUntil = performance.now() + WATCHED_MS
    return this.#registry.metrics()
  }

  #labels(camera: string, label: string): { camera: string; class: string } {
    const key = `${camera}\n${label}`
    if (this.#series.size < SERIES) this.#series.add(key)
    return { camera: this.#series.has(key) ? camera : OTHER, class: this.#series.has(key) ? label : OTHER }
  }
}
