/** What numbers in frames mean. A camera keeps its index for ever, over restarts too: old frames stay readable. */
import { createHash } from 'node:crypto'
import { type Catalog, canonicalJson, VERSION } from '@vedette/protocol'
import { readJsonFile, writeJsonFile } from './json_file.ts'

/** Indices given out before those of removed cameras are used again. */
const BEFORE_REUSE = 1024

export class CameraIndices {
  readonly #file: string
  readonly #ids: (string | null)[]

  constructor(file: string) {
    this.#file = file
    const stored = readJsonFile(file)
    this.#ids = Array.isArray(stored) ? stored.map((id) => (typeof id === 'string' ? id : null)) : []
  }

  /** Gives an index to each camera that has none. */
  include(cameras: readonly string[]): void {
    const missing = cameras.filter((id) => !this.#ids.includes(id))
    if (missing.length === 0) return
    const wanted = new Set(cameras)
    for (const id of missing) this.#ids[this.#free(wanted)] = id
    writeJsonFile(this.#file, this.#ids)
  }

  of(camera: string): number {
    const index = this.#ids.indexOf(camera)
    if (index < 0) throw new Error(`expected a camera that was included in the catalog, received ${camera}`)
    return index
  }

  /** The list that the catalog shows: null for cameras that are not among these now. */
  list(cameras: readonly string[]): (string | null)[] {
    const present = new Set(cameras)
    const list = this.#ids.map((id) => (id !== null && present.has(id) ? id : null))
    return list.slice(0, list.findLastIndex((id) => id !== null) + 1)
  }

  #free(wanted: ReadonlySet<string>): number {
    if (this.#ids.length < BEFORE_REUSE) return this.#ids.length
    const unused = this.#ids.findIndex((id) => id === null || !wanted.has(id))
    return unused < 0 ? this.#ids.length : unused
  }
}

export function makeCatalog(parts: Pick<Catalog, 'cameras' | 'classes' | 'model'>): Catalog {
  const { cameras, classes, model } = parts
  const hash = createHash('sha256').update(canonicalJson({ cameras, classes, model })).digest('hex')
  return { v: VERSION, hash, cameras, classes, model }
}
