/** The latest time that this box has seen, kept over restarts and power cuts. */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeDurably } from '../durable_file.ts'

const EVERY_MS = 60_000

export class SeenTime {
  readonly #file: string
  readonly #monotonic: () => number
  #keptAt: number | null = null

  constructor(dataDir: string, monotonic: () => number = performance.now.bind(performance)) {
    this.#file = join(dataDir, 'clock.json')
    this.#monotonic = monotonic
  }

  /** What this box can be sure of: it is later. */
  floorMs(): number {
    return Math.max(this.#read(), statSync(fileURLToPath(import.meta.url)).mtimeMs)
  }

  /** Once a minute at most: every write wears a card out. */
  async keep(nowMs: number): Promise<void> {
    const at = this.#monotonic()
    if (this.#keptAt !== null && at - this.#keptAt < EVERY_MS) return
    this.#keptAt = at
    await writeDurably(this.#file, `${JSON.stringify({ seen: new Date(nowMs).toISOString() })}\n`)
  }

  #read(): number {
    try {
      const { seen } = JSON.parse(readFileSync(this.#file, 'utf8')) as { seen: unknown }
      const ms = typeof seen === 'string' ? Date.parse(seen) : Number.NaN
      return Number.isNaN(ms) ? 0 : ms
    } catch {
      return 0
    }
  }
}
