/**
 * Keeps the box inside its share of the disk, and a rest of the disk free for what must be stored: oldest first of all
 * that can be spared, whatever it is. Events are never among it: the spool has bounds of its own.
 */
import { statfs } from 'node:fs/promises'
import { folderBytes } from './folder_size.ts'
import { chosen, counted, type Spare } from './spare.ts'

export interface DiskBudgetOptions {
  directory: string
  /** Of the directory; null: as much as fits. */
  maxBytes: number | null
  minFreeBytes: number
  spares: (() => Promise<Spare[]>)[]
  /** Room was made, in words. */
  freed(bytes: number, reason: string): void
  /** `words` has changed. */
  changed(): void
  log: { warn(message: string): void }
}

const EVERY_MS = 60_000

export class DiskBudget {
  readonly #options: DiskBudgetOptions
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> = Promise.resolve()
  #words = ''

  constructor(options: DiskBudgetOptions) {
    this.#options = options
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), EVERY_MS)
    this.#timer.unref()
    void this.look()
  }

  async stop(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer)
    await this.#looking
  }

  /** What is wrong and what to do when nothing more can be spared; empty when there is room. */
  get words(): string {
    return this.#words
  }

  /** One look after the other. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(() =>
      this.#look().catch((error: Error) => this.#options.log.warn(`the disk could not be looked at: ${error.message}`))
    )
    return this.#looking
  }

  async #look(): Promise<void> {
    const before = await this.#lack()
    if (before.bytes > 0) await this.#spare(before)
    const after = before.bytes > 0 ? await this.#lack() : before
    const words = after.bytes > 0 ? `${after.words} Nothing more can be given up: make room, or change disk.` : ''
    const isNews = words === '' ? this.#words !== '' : this.#words === ''
    this.#words = words
    if (isNews) this.#options.changed()
  }

  async #lack(): Promise<{ bytes: number; words: string }> {
    const { directory, maxBytes, minFreeBytes } = this.#options
    const { bavail, bsize } = await statfs(directory)
    const free = bavail * bsize
    const over = maxBytes === null ? 0 : (await folderBytes(directory)) - maxBytes
    if (over > minFreeBytes - free)
      return { bytes: over, words: `${directory} holds ${mebibytes(over)} more than disk.maxBytes.` }
    return {
      bytes: minFreeBytes - free,
      words: `The disk of ${directory} has ${mebibytes(free)} left, disk.minFreeBytes is ${mebibytes(minFreeBytes)}.`
    }
  }

  async #spare(lack: { bytes: number; words: string }): Promise<void> {
    const { spares, freed, log } = this.#options
    const all = (await Promise.all(spares.map((list) => list()))).flat()
    const removed: Spare[] = []
    for (const spare of chosen(all, lack.bytes)) {
      try {
        await spare.remove()
        removed.push(spare)
      } catch (error) {
        log.warn(`${spare.what} could not be deleted: ${(error as Error).message}`)
      }
    }
    if (removed.length === 0) return
    const bytes = removed.reduce((sum, spare) => sum + spare.bytes, 0)
    freed(bytes, `${lack.words} Given up, oldest first: ${counted(removed)}, ${mebibytes(bytes)}.`)
  }
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`
}
