/** A real pseudo-terminal with a program in it, and what its screen shows: read as a person reads it. */
import { type IPty, spawn } from '@lydell/node-pty'
import xterm from '@xterm/headless'
import { eventually } from './wait.ts'

export interface TerminalOptions {
  command: string
  args: string[]
  columns: number
  rows: number
  env?: Record<string, string>
}

export interface Cell {
  chars: string
  /** Of xterm's palette; -1: the terminal's own. */
  color: number
  isBold: boolean
  isInverse: boolean
}

export class Terminal {
  readonly #pty: IPty
  readonly #screen: InstanceType<typeof xterm.Terminal>
  readonly exited: Promise<number>
  #said = ''

  constructor({ command, args, columns: cols, rows, env }: TerminalOptions) {
    this.#screen = new xterm.Terminal({ cols, rows, allowProposedApi: true })
    // On a build server Ink draws nothing before the end.
    const { CI: _, ...own } = process.env
    this.#pty = spawn(command, args, { cols, rows, env: { ...own, TERM: 'xterm-256color', ...env } })
    this.#pty.onData((data) => {
      this.#said += data
      this.#screen.write(data)
    })
    this.exited = new Promise((resolve) => this.#pty.onExit(({ exitCode }) => resolve(exitCode)))
  }

  /** As text, a line each. */
  get lines(): string[] {
    const { active } = this.#screen.buffer
    return Array.from({ length: this.#screen.rows }, (_, y) =>
      (active.getLine(active.viewportY + y)?.translateToString(true) ?? '').trimEnd()
    )
  }

  get text(): string {
    return this.lines.join('\n')
  }

  /** All that the program has written, with its control sequences. */
  get said(): string {
    return this.#said
  }

  /** The program has the screen that is put away when it ends. */
  get isFullScreen(): boolean {
    return this.#screen.buffer.active.type === 'alternate'
  }

  cells(): Cell[][] {
    const { active } = this.#screen.buffer
    return Array.from({ length: this.#screen.rows }, (_, y) => {
      const line = active.getLine(active.viewportY + y)
      return Array.from({ length: this.#screen.cols }, (_, x) => {
        const cell = line?.getCell(x)
        return {
          chars: cell?.getChars() || ' ',
          color: cell && !cell.isFgDefault() ? cell.getFgColor() : -1,
          isBold: (cell?.isBold() ?? 0) !== 0,
          isInverse: (cell?.isInverse() ?? 0) !== 0
        }
      })
    })
  }

  press(keys: string): void {
    this.#pty.write(keys)
  }

  resize(columns: number, rows: number): void {
    this.#screen.resize(columns, rows)
    this.#pty.resize(columns, rows)
  }

  kill(signal: NodeJS.Signals): void {
    this.#pty.kill(signal)
  }

  /** Until the screen shows it. */
  async shows(pattern: RegExp, limitMs = 60_000): Promise<string> {
    try {
      return await eventually(`the terminal to show ${pattern}`, limitMs, () =>
        pattern.test(this.text) ? this.text : null
      )
    } catch (error) {
      throw new Error(`${(error as Error).message}:\n${this.text}`)
    }
  }
}
