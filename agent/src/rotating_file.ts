/**
 * A file of lines that begins anew when it is large or a day old; older ones stay beside it as FILE.1 (the newest),
 * FILE.2 … until there are too many or they are too old. Written at once, so that the last words of a crash are in it.
 * A disk that takes nothing costs lines, never the agent: they are counted, and the count is the next line written.
 */
import { closeSync, fstatSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

export interface RotatingFileOptions {
  file: string
  /** Of one file. */
  maxBytes: number
  /** Older files that stay. */
  keep: number
  maxAgeMs: number
  /** What stands for lines that were lost. */
  lost(count: number, reason: string): string
  /** Told once when writing begins to fail, and with null when it works again. */
  trouble(reason: string | null): void
  now?(): number
}

const DAY_MS = 86_400_000
/** A disk that failed is left alone for a while: a log line must not wait for it each time. */
const RETRY_MS = 1000

export class RotatingFile {
  readonly #options: RotatingFileOptions
  readonly #now: () => number
  #open: { fd: number; bytes: number; sinceMs: number } | null = null
  #lost = 0
  #reason = ''
  #failedAt: number | null = null

  constructor(options: RotatingFileOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  /** With its line feed. Never throws. */
  write(line: string): void {
    if (this.#failedAt !== null && Math.abs(this.#now() - this.#failedAt) < RETRY_MS) {
      this.#lost++
      return
    }
    try {
      const words = this.#lost > 0 ? this.#options.lost(this.#lost, this.#reason) : ''
      const bytes = Buffer.from(words + line)
      const { fd } = this.#room(bytes.length)
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at)
      this.#open!.bytes += bytes.length
    } catch (error) {
      this.#fail((error as Error).message)
      return
    }
    const failed = this.#failedAt !== null
    this.#lost = 0
    this.#failedAt = null
    if (failed) this.#options.trouble(null)
  }

  /** The next line opens it again, under its name: somebody else has moved it away. */
  reopen(): void {
    if (this.#open) closeSync(this.#open.fd)
    this.#open = null
  }

  /** Files that are too old go, too, when nothing is written. */
  clean(): void {
    const { file, keep, maxAgeMs } = this.#options
    for (let n = 1; n <= keep; n++) {
      const { mtimeMs } = statSync(`${file}.${n}`, { throwIfNoEntry: false }) ?? {}
      if (mtimeMs !== undefined && this.#now() - mtimeMs > maxAgeMs) rmSync(`${file}.${n}`, { force: true })
    }
  }

  #room(bytes: number): { fd: number } {
    const { maxBytes } = this.#options
    const current = this.#open ?? this.#begin()
    const isOld = this.#now() - current.sinceMs > DAY_MS
    if (current.bytes === 0 || (current.bytes + bytes <= maxBytes && !isOld)) return current
    this.reopen()
    this.#shift()
    return this.#begin()
  }

  #begin(): { fd: number; bytes: number; sinceMs: number } {
    mkdirSync(dirname(this.#options.file), { recursive: true, mode: 0o700 })
    const fd = openSync(this.#options.file, 'a', 0o640)
    const { size, birthtimeMs } = fstatSync(fd)
    // Not every file system knows when a file began.
    this.#open = { fd, bytes: size, sinceMs: size > 0 && birthtimeMs > 0 ? birthtimeMs : this.#now() }
    return this.#open
  }

  #shift(): void {
    const { file, keep } = this.#options
    rmSync(`${file}.${keep}`, { force: true })
    for (let n = keep - 1; n >= 1; n--) renameIfThere(`${file}.${n}`, `${file}.${n + 1}`)
    if (keep > 0) renameIfThere(file, `${file}.1`)
    else rmSync(file, { force: true })
    this.clean()
  }

  #fail(reason: string): void {
    const isFirst = this.#failedAt === null
    this.#failedAt = this.#now()
    this.#reason = reason
    this.#lost++
    try {
      this.reopen()
    } catch {
      this.#open = null
    }
    if (isFirst)
      this.#options.trouble(`The log file ${this.#options.file} cannot be written (${reason}). Check its disk.`)
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
