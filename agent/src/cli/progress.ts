/** How far a long command is, on standard error: a bar that is drawn again on a terminal, a line each time elsewhere. */
import type { WriteStream } from 'node:tty'

/** `done`: 0 … 1, where it is known. */
export type Progress = (words: string, done?: number) => void

const CLEAR_LINE = '\r\u001b[2K'
const WIDTH = 24

export class ProgressBar {
  readonly #out: WriteStream
  #words = ''

  constructor(out: WriteStream = process.stderr) {
    this.#out = out
  }

  readonly show: Progress = (words, done) => {
    if (this.#out.isTTY) {
      const line = done === undefined ? words : `${words} ${bar(done)} ${String(Math.round(100 * done)).padStart(3)} %`
      this.#out.write(CLEAR_LINE + line.slice(0, this.#out.columns - 1))
    } else if (words !== this.#words) this.#out.write(`${words}\n`)
    this.#words = words
  }

  /** Before what comes of it is printed. */
  clear(): void {
    if (this.#out.isTTY && this.#words !== '') this.#out.write(CLEAR_LINE)
    this.#words = ''
  }
}

function bar(done: number): string {
  const full = Math.round(WIDTH * Math.min(1, Math.max(0, done)))
  return `[${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}]`
}
