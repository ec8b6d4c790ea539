/** One engine process: started with the channel as descriptor 3, watched by its heartbeat, ended inside a limit. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import type { Duplex } from 'node:stream'
import { Channel } from './channel.ts'
import type { ToEngine } from './messages.ts'
import { redact } from './redact.ts'

export interface EngineProcessOptions {
  entry: string
  addon: string | undefined
  env: Record<string, string> | undefined
  log(line: string): void
}

export interface EngineProcessHandlers {
  message(kind: number, payload: Buffer): void
  /** Once, with the reason in words; not after `stop`. */
  ended(reason: string): void
}

/** Until the engine's first word: a small machine that starts everything at once takes its time to load it. */
const START_LIMIT_MS = 60_000
/** After it, the engine says something once a second; under load a second becomes several, a hang does not end. */
const SILENCE_LIMIT_MS = 10_000
/** From the spoken wish to end to SIGKILL. */
const STOP_LIMIT_MS = 4_000

export class EngineProcess {
  readonly #options: EngineProcessOptions
  readonly #handlers: EngineProcessHandlers
  #child: ChildProcess | null = null
  #channel: Channel | null = null
  #silence: NodeJS.Timeout | null = null
  #hasSpoken = false
  /** How long it has said nothing, when that is why it was killed. */
  #silentMs: number | null = null
  #isStopping = false
  #gone: Promise<void> = Promise.resolve()

  constructor(options: EngineProcessOptions, handlers: EngineProcessHandlers) {
    this.#options = options
    this.#handlers = handlers
  }

  get pid(): number | null {
    return this.#child?.pid ?? null
  }

  start(): void {
    const { entry, addon, env } = this.#options
    const child = spawn(process.execPath, [entry, ...(addon ? ['--addon', addon] : [])], {
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...env }
    })
    this.#child = child
    this.#gone = new Promise((resolve) => {
      child.once('error', (error) => {
        this.#ended(`The engine could not be started (${error.message}).`)
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
    this.#expectWord(START_LIMIT_MS)
  }

  send(message: ToEngine): void {
    this.#channel?.control(message)
  }

  /** Asks, waits, kills. Resolves when the process is gone. */
  async stop(): Promise<void> {
    this.#isStopping = true
    if (this.#silence) clearTimeout(this.#silence)
    this.send({ say: 'stop' })
    const kill = setTimeout(() => this.#child?.kill('SIGKILL'), STOP_LIMIT_MS)
    await this.#gone
    clearTimeout(kill)
    this.#channel?.stop()
  }

  #heard(): void {
    if (this.#isStopping) return
    if (this.#hasSpoken) this.#silence?.refresh()
    else this.#expectWord(SILENCE_LIMIT_MS)
    this.#hasSpoken = true
  }

  #expectWord(limitMs: number): void {
    if (this.#silence) clearTimeout(this.#silence)
    this.#silence = setTimeout(() => {
      this.#silentMs = limitMs
      this.#child?.kill('SIGKILL')
    }, limitMs)
  }

  #ended(reason: string): void {
    if (this.#silence) clearTimeout(this.#silence)
    this.#channel?.stop()
    if (!this.#isStopping) this.#handlers.ended(reason)
  }

  #howItEnded(code: number | null, signal: NodeJS.Signals | null): string {
    if (this.#silentMs !== null) return `The engine did not answer for ${this.#silentMs / 1000} s and was killed.`
    return signal ? `The engine was ended by ${signal}.` : `The engine ended with code ${code}.`
  }
}
