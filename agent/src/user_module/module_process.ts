/** One process of a user's module, from its start to its end: what it says, what memory it has, why it ended. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { createInterface } from 'node:readline'
import type { Duplex } from 'node:stream'
import { framed, Unframing } from './framing.ts'
import { CHANNEL_FD, type FromModule, fromModule, type ToModule } from './messages.ts'

export interface ModuleProcessOptions {
  /** The child's own program: `child_main`, as source or as it ships. */
  entry: string
  memoryMiB: number
  /** Every line of its outputs. */
  log(line: string): void
}

export interface ModuleProcessHandlers {
  said(message: FromModule, bytes: Buffer): void
  /** Once, with the reason in words; not after `stop`. */
  ended(reason: string): void
}

const WATCH_MS = 100
/** What it says at most in one message: longer than any list of findings. */
const ANSWER_LIMIT_BYTES = 4 * 1024 * 1024
/** Of nice(1). */
const LOW_PRIORITY = 10
/** Its log may not drown ours. */
const LINES_A_SECOND = 20
/** What a user's code gets of our environment: nothing that may be a secret. */
const PASSED_ON = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'NODE_EXTRA_CA_CERTS']

export class ModuleProcess {
  readonly #options: ModuleProcessOptions
  readonly #handlers: ModuleProcessHandlers
  #child: ChildProcess | null = null
  #watch: NodeJS.Timeout | null = null
  #fault: string | null = null
  #isOver = false
  #lines = { second: 0, told: 0 }
  #gone: Promise<void> = Promise.resolve()

  constructor(options: ModuleProcessOptions, handlers: ModuleProcessHandlers) {
    this.#options = options
    this.#handlers = handlers
  }

  get pid(): number | null {
    return this.#child?.pid ?? null
  }

  start(): void {
    const { entry, memoryMiB } = this.#options
    const env = Object.fromEntries(
      PASSED_ON.flatMap((name) => (name in process.env ? [[name, process.env[name]]] : []))
    )
    const child = spawn(process.execPath, [`--max-old-space-size=${memoryMiB}`, entry], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env
    })
    this.#child = child
    yieldToCameras(child)
    this.#gone = new Promise((resolve) => {
      child.once('error', (error) => {
        this.#ended(`it could not be started (${error.message})`)
        resolve()
      })
      child.once('exit', (code, signal) => {
        this.#ended(this.#fault ?? (signal === null ? `it ended with code ${code}` : `it was ended by ${signal}`))
        resolve()
      })
    })
    for (const output of [child.stdout, child.stderr])
      if (output) createInterface({ input: output }).on('line', (line) => this.#tell(line))
    const unframing = new Unframing(ANSWER_LIMIT_BYTES)
    this.#channel.on('error', () => undefined)
    this.#channel.on('data', (chunk: Buffer) => {
      try {
        for (const { head, bytes } of unframing.add(chunk)) this.#hear(head, bytes)
      } catch (error) {
        this.kill(`it wrote what is no message into the channel (${(error as Error).message})`)
      }
    })
    this.#watch = setInterval(() => this.#look(), WATCH_MS)
    this.#watch.unref()
  }

  send(message: ToModule, bytes?: Uint8Array): void {
    if (this.#isOver) return
    for (const part of framed(message, bytes)) this.#channel.write(part)
  }

  /** At once: a loop that never comes back hears nothing else. `why` is told by `ended`. */
  kill(why: string): void {
    this.#fault ??= why
    this.#child?.kill('SIGKILL')
  }

  async stop(): Promise<void> {
    this.#isOver = true
    this.#over()
    this.#child?.kill('SIGKILL')
    await this.#gone
  }

  get #channel(): Duplex {
    return this.#child!.stdio[CHANNEL_FD] as Duplex
  }

  #hear(head: unknown, bytes: Buffer): void {
    const message = fromModule(head)
    if (message === null) this.kill('it wrote what is no message into the channel')
    else if (!this.#isOver) this.#handlers.said(message, bytes)
  }

  #look(): void {
    const kib = this.pid === null ? null : residentKiB(this.pid)
    if (kib !== null && kib > this.#options.memoryMiB * 1024)
      this.kill(`it took more than its ${this.#options.memoryMiB} MiB of memory`)
  }

  #tell(line: string): void {
    const second = Math.floor(performance.now() / 1000)
    if (second !== this.#lines.second) this.#lines = { second, told: 0 }
    this.#lines.told++
    if (this.#lines.told <= LINES_A_SECOND) this.#options.log(line.slice(0, 2000))
    else if (this.#lines.told === LINES_A_SECOND + 1) this.#options.log('… (more in this second)')
  }

  #over(): void {
    if (this.#watch) clearInterval(this.#watch)
    this.#watch = null
  }

  #ended(reason: string): void {
    this.#over()
    if (this.#isOver) return
    this.#isOver = true
    this.#handlers.ended(reason)
  }
}

/** A module that computes without end must not slow the pipeline down. */
function yieldToCameras({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) setPriority(pid, LOW_PRIORITY)
  } catch {
    // It is gone already.
  }
}

function residentKiB(pid: number): number | null {
  try {
    const found = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return found ? Number(found[1]) : null
  } catch {
    return null
  }
}
