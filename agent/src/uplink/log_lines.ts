/** Lines of the log for `up/log`, while somebody reads: joined, bounded, the oldest go first. */
import type { Log } from '@vedette/protocol'

export type Line = Log['lines'][number]

const EVERY_MS = 500
const MESSAGE_LINES = 200
const WAITING_LINES = 1000

export class LogLines {
  readonly #listen: (listener: (line: Line) => void) => () => void
  readonly #send: (lines: Line[]) => void
  #lines: Line[] = []
  #leave: (() => void) | null = null
  #timer: NodeJS.Timeout | null = null

  constructor(listen: (listener: (line: Line) => void) => () => void, send: (lines: Line[]) => void) {
    this.#listen = listen
    this.#send = send
  }

  want(isWanted: boolean): void {
    if (isWanted === (this.#leave !== null)) return
    if (isWanted) {
      this.#leave = this.#listen((line) => this.#add(line))
      this.#timer = setInterval(() => this.flush(), EVERY_MS)
      return
    }
    this.#leave?.()
    this.#leave = null
    if (this.#timer) clearInterval(this.#timer)
    this.#lines = []
  }

  flush(): void {
    const lines = this.#lines.splice(0, MESSAGE_LINES)
    if (lines.length > 0) this.#send(lines)
  }

  #add(line: Line): void {
    this.#lines.push(line)
    if (this.#lines.length > WAITING_LINES) this.#lines.shift()
  }
}
