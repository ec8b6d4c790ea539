/** A file of JSON lines, that begins anew when it is large or old; so many older ones stay beside it as FILE.1, FILE.2 … */
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { AlertHandler, Delivered } from '../alert_handler.ts'
import { alertJson } from '../alert_json.ts'

export interface FileOptions extends Pick<AlertHandler, 'name' | 'minSeverity'> {
  file: string
  maxBytes: number
  maxAgeMs: number
  /** Older files that stay. */
  keep: number
  /** each: an alert counts as delivered when it is on the disk. never: when the system has it. */
  sync: 'each' | 'never'
  now?(): number
}

export class FileHandler implements AlertHandler {
  readonly name: string
  readonly minSeverity: AlertHandler['minSeverity']
  readonly takesPicture = false
  readonly #options: FileOptions
  #open: { handle: FileHandle; bytes: number; sinceMs: number } | null = null

  constructor(options: FileOptions) {
    this.#options = options
    this.name = options.name
    this.minSeverity = options.minSeverity
  }

  async handle({ picture: _, ...alert }: Delivered): Promise<void> {
    const line = Buffer.from(`${JSON.stringify(alertJson(alert))}\n`)
    try {
      const { handle } = await this.#room(line.length)
      await handle.appendFile(line)
      if (this.#options.sync === 'each') await handle.datasync()
      this.#open!.bytes += line.length
    } catch (error) {
      // What is half written is looked at again when the file is opened next.
      await this.stop().catch(() => undefined)
      throw new Error(`${this.#options.file} cannot be written (${(error as Error).message})`)
    }
  }

  async stop(): Promise<void> {
    const { handle } = this.#open ?? {}
    this.#open = null
    await handle?.close()
  }

  /** The file, with room for so many bytes more. */
  async #room(bytes: number): Promise<{ handle: FileHandle }> {
    const { maxBytes, maxAgeMs, now = Date.now } = this.#options
    const current = this.#open ?? (await this.#begin())
    const isFull = current.bytes > 0 && current.bytes + bytes > maxBytes
    const isOld = current.bytes > 0 && now() - current.sinceMs > maxAgeMs
    if (!isFull && !isOld) return current
    await this.stop()
    await this.#rotate()
    return this.#begin()
  }

  async #begin() {
    const { file, now = Date.now } = this.#options
    await mkdir(dirname(file), { recursive: true })
    const handle = await open(file, 'a', 0o640)
    const { size, birthtimeMs } = await handle.stat()
    this.#open = { handle, bytes: size, sinceMs: size > 0 && birthtimeMs > 0 ? birthtimeMs : now() }
    if (size > 0 && !(await endsLine(file, size))) {
      // A line that a crash cut off: the alert comes again, on a line of its own.
      await handle.appendFile('\n')
      this.#open.bytes++
    }
    return this.#open
  }

  async #rotate(): Promise<void> {
    const { file, keep } = this.#options
    await rm(`${file}.${keep}`, { force: true })
    for (let n = keep - 1; n >= 1; n--) await renameIfThere(`${file}.${n}`, `${file}.${n + 1}`)
    if (keep > 0) await renameIfThere(file, `${file}.1`)
    else await rm(file, { force: true })
  }
}

async function endsLine(file: string, size: number): Promise<boolean> {
  const reading = await open(file, 'r')
  try {
    const { buffer } = await reading.read(Buffer.alloc(1), 0, 1, size - 1)
    return buffer[0] === 0x0a
  } finally {
    await reading.close()
  }
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
