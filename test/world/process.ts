/** A child process of the world: started, waited for by what it says, ended by its id, never left behind. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface ProcessOptions {
  command: string
  args: string[]
  env?: Record<string, string>
  cwd?: string
  /** Every line of both outputs. */
  onLine?: (line: string) => void
}

export class WorldProcess {
  readonly child: ChildProcess
  readonly lines: string[] = []
  readonly #exited: Promise<number | null>
  readonly #waiting = new Set<() => void>()

  constructor(options: ProcessOptions) {
    this.child = spawn(options.command, options.args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
      cwd: options.cwd
    })
    // Writing to a process that has just died is no news: its exit is.
    this.child.stdin?.on('error', () => undefined)
    this.#exited = new Promise((resolve) => {
      this.child.once('exit', (code) => resolve(code))
      this.child.once('error', () => resolve(null))
    })
    for (const stream of [this.child.stdout, this.child.stderr]) {
      if (stream === null) continue
      createInterface({ input: stream }).on('line', (line) => {
        this.lines.push(line)
        if (this.lines.length > 2000) this.lines.shift()
        options.onLine?.(line)
        for (const wake of this.#waiting) wake()
      })
    }
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`expected ${this.child.spawnfile} to start, but it did not`)
    return this.child.pid
  }

  get hasExited(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null
  }

  /** The first line that matches, also among those already said. Fails when the process ends first. */
  async line(pattern: RegExp, limitMs = 30_000): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    const look = () => {
      const found = this.lines.find((line) => pattern.test(line))
      if (found !== undefined) resolve(found)
    }
    const timer = setTimeout(() => reject(this.#silent(pattern, `for ${limitMs} ms`)), limitMs)
    this.#waiting.add(look)
    void this.#exited.then((code) => reject(this.#silent(pattern, `before it exited with ${code}`)))
    look()
    try {
      return await promise
    } finally {
      clearTimeout(timer)
      this.#waiting.delete(look)
    }
  }

  #silent(pattern: RegExp, when: string): Error {
    const tail = this.lines.slice(-20).join('\n  ')
    return new Error(`expected ${this.child.spawnargs.join(' ')} to say ${pattern}, but it did not ${when}:\n  ${tail}`)
  }

  exited(): Promise<number | null> {
    return this.#exited
  }

  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    if (!this.hasExited) this.child.kill(signal)
  }

  /** Asks it to end; ends it when it has not inside the limit. */
  async stop(limitMs = 10_000): Promise<void> {
    if (this.hasExited) return
    this.child.stdin?.end()
    this.child.kill('SIGTERM')
    const timer = setTimeout(() => this.kill(), limitMs)
    await this.#exited
    clearTimeout(timer)
    if (this.child.stdout?.readableEnded === false) await once(this.child.stdout, 'close')
  }
}
