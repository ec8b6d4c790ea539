/** One engine process: started with the channel as descriptor 3, watched by its beats, ended inside a limit. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { createInterface } from 'node:readline'
import type { Duplex } from 'node:stream'
import { redact } from '../redaction.ts'
import { Channel } from './channel/channel.ts'
import type { ToEngine } from './channel/messages.ts'
import type { ToImages } from './images/messages.ts'
import { Pulse } from './pulse.ts'

export interface EngineProcessOptions {
  entry: string
  addon: string | undefined
  env: Record<string, string> | undefined
  log(line: string): void
  /** Processors that it may use, by number; absent or null: all. */
  cpus?: readonly number[] | null
  /** What it is in messages. Default: "The engine". */
  called?: string
  /** How far it yields to other processes, 0 (not at all, default) to 19. */
  nice?: number
  /** After its first word, for one that nobody waits for. */
  silenceLimitMs?: number
}

export interface EngineProcessHandlers {
  message(kind: number, payload: Buffer): void
  /** Once, with the reason in words; not after `stop`. */
  ended(reason: string): void
}

/** Until the engine's first word: a small machine that starts everything at once takes its time to load it. */
const START_LIMIT_MS = 60_000
/** After it, its event loop says something once a second; under load a second becomes several, a hang does not end. */
const BUSY_LIMIT_MS = 10_000
/** A thread that does nothing but beat, every 400 ms, is late only on a machine that stands still itself. */
const STOPPED_LIMIT_MS = 2_500
const LOOK_MS = 500
/** From the spoken wish to end to SIGKILL. */
const STOP_LIMIT_MS = 4_000

export class EngineProcess {
  readonly #options: EngineProcessOptions
  readonly #handlers: EngineProcessHandlers
  #child: ChildProcess | null = null
  #channel: Channel | null = null
  readonly #word: Pulse
  readonly #beat: Pulse
  #start: NodeJS.Timeout | null = null
  #hasSpoken = false
  #oomKillsBefore = 0
  /** Why it was killed. */
  #fault: string | null = null
  #isStopping = false
  #gone: Promise<void> = Promise.resolve()

  constructor(options: EngineProcessOptions, handlers: EngineProcessHandlers) {
    this.#options = options
    this.#handlers = handlers
    this.#word = this.#pulse(options.silenceLimitMs ?? BUSY_LIMIT_MS, 'did not answer')
    this.#beat = this.#pulse(options.silenceLimitMs ?? STOPPED_LIMIT_MS, 'stood still')
  }

  get pid(): number | null {
    return this.#child?.pid ?? null
  }

  start(): void {
    this.#oomKillsBefore = oomKills()
    const { entry, addon, env, cpus } = this.#options
    const command = [process.execPath, entry, ...(addon ? ['--addon', addon] : [])]
    // Before it has threads: taskset becomes the engine, whose threads stay where it is.
    const [program = '', ...args] = cpus ? ['taskset', '--cpu-list', cpus.join(','), ...command] : command
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...env }
    })
    this.#child = child
    // Before it has threads: they have the priority of the thread that makes them.
    if (this.#options.nice !== undefined && child.pid !== undefined) setPriority(child.pid, this.#options.nice)
    this.#gone = new Promise((resolve) => {
      child.once('error', (error) => {
        this.#ended(`${this.#called} could not be started (${error.message}).`)
        resolve()
      })
      child.once('exit', (code, signal) => {
        this.#ended(this.#howItEnded(code, signal))
        resolve()
      })
    })
    for (const output of [child.stdout, child.stderr]) {
      if (output) createInterface({ input: output }).on('line', (line) => this.#options.log(redact(line)))
    }
    this.#channel = new Channel(child.stdio[3] as Duplex, {
      message: (kind, payload) => {
        this.#heard()
        this.#handlers.message(kind, payload)
      },
      // The exit tells why; without a channel the engine exits by itself within a second.
      closed: () => undefined
    })
    this.#channel.start()
    const beats = child.stdio[4] as Duplex
    beats.on('data', () => this.#beat.beat())
    beats.on('error', () => undefined)
    this.#start = setTimeout(() => this.#kill('did not answer', START_LIMIT_MS), START_LIMIT_MS)
  }

  send(message: ToEngine | ToImages): void {
    this.#channel?.control(message)
  }

  /** One raw message of that kind, never dropped. */
  sendBytes(kind: number, ...parts: Uint8Array[]): void {
    this.#channel?.sure(kind, ...parts)
  }

  /** Asks, waits, kills. Resolves when the process is gone. */
  async stop(): Promise<void> {
    this.#isStopping = true
    this.#watchNoMore()
    this.send({ say: 'stop' })
    const kill = setTimeout(() => this.#child?.kill('SIGKILL'), STOP_LIMIT_MS)
    await this.#gone
    clearTimeout(kill)
    this.#channel?.stop()
  }

  get #called(): string {
    return this.#options.called ?? 'The engine'
  }

  #heard(): void {
    this.#word.beat()
    if (this.#isStopping || this.#hasSpoken) return
    this.#hasSpoken = true
    if (this.#start) clearTimeout(this.#start)
    this.#word.start()
    this.#beat.start()
  }

  #pulse(limitMs: number, what: string): Pulse {
    return new Pulse({ everyMs: LOOK_MS, looks: limitMs / LOOK_MS, silent: () => this.#kill(what, limitMs) })
  }

  #kill(what: string, limitMs: number): void {
    this.#fault = `${this.#called} ${what} for ${limitMs / 1000} s and was killed.`
    this.#child?.kill('SIGKILL')
  }

  #watchNoMore(): void {
    if (this.#start) clearTimeout(this.#start)
    this.#word.stop()
    this.#beat.stop()
  }

  #ended(reason: string): void {
    this.#watchNoMore()
    this.#channel?.stop()
    if (!this.#isStopping) this.#handlers.ended(reason)
  }

  #howItEnded(code: number | null, signal: NodeJS.Signals | null): string {
    if (this.#fault !== null) return this.#fault
    if (signal === 'SIGKILL' && oomKills() > this.#oomKillsBefore)
      return `${this.#called} was ended by the kernel because memory ran out. Use fewer cameras, a smaller model, or more memory.`
    return signal ? `${this.#called} was ended by ${signal}.` : `${this.#called} ended with code ${code}.`
  }
}

/** Processes that the kernel has ended for lack of memory, in groups with a limit too; since Linux 4.13. */
function oomKills(): number {
  try {
    return Number(/^oom_kill (\d+)$/m.exec(readFileSync('/proc/vmstat', 'utf8'))?.[1] ?? 0)
  } catch {
    return 0
  }
}
