/**
 * A module that a user wrote, in a process of its own: it can neither block nor crash the agent. Each call has a limit
 * of time, the process one of memory; whatever breaks them is ended and started again with backoff. One call at a time,
 * in the order they came; those that wait are bounded.
 *
 * The module exports (by the name in `export`, else as `default`, else by itself) an object with the methods that are
 * called, a class whose constructor takes the configuration, or a function that takes it and returns such an object.
 */
import type { FromModule } from './messages.ts'
import { ModuleProcess } from './module_process.ts'

export interface UserModuleOptions {
  /** For people: in the log and in reasons. */
  name: string
  entry: string
  /** Absolute path of the module. */
  path: string
  export: string | null
  config: unknown
  /** Methods without which it is of no use. */
  needs: readonly string[]
  /** By method: another one of the module, if it has it, which says of each entry of the answered list whether it stays. */
  keeps?: Readonly<Record<string, string>>
  callLimitMs: number
  /** Until it is loaded. */
  loadLimitMs?: number
  memoryMiB: number
  /** Calls that wait for the one before. */
  maxWaiting?: number
  log(line: string): void
  changed?(): void
}

export interface UserModuleStatus {
  state: 'stopped' | 'loading' | 'running' | 'backing_off'
  /** Why it is backing off, in words. */
  reason: string
  restarts: number
  pid: number | null
}

class UserModuleError extends Error {
  override name = 'UserModuleError'
  /** threw: its own error, and it goes on. ended: its process is gone. away: it does not run. busy: too many wait. */
  readonly code: 'threw' | 'ended' | 'away' | 'busy'
  constructor(code: UserModuleError['code'], message: string) {
    super(message)
    this.code = code
  }
}

interface Call {
  method: string
  args: unknown[]
  bytes: { name: string; data: Uint8Array } | null
  resolve(value: unknown): void
  reject(error: Error): void
}

const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 60_000
/** One that ran so long was a good one: the next fall begins with the shortest wait again. */
const STABLE_MS = 60_000

export class UserModule {
  readonly #options: UserModuleOptions
  #status: UserModuleStatus = { state: 'stopped', reason: '', restarts: 0, pid: null }
  #process: ModuleProcess | null = null
  #timer: NodeJS.Timeout | null = null
  #falls = 0
  #runningSince = 0
  #waiting: Call[] = []
  #current: { id: number; call: Call } | null = null
  #lastId = 0

  constructor(options: UserModuleOptions) {
    this.#options = options
  }

  get status(): UserModuleStatus {
    return { ...this.#status, pid: this.#process?.pid ?? null }
  }

  start(): void {
    const { entry, path, config, memoryMiB, name, log } = this.#options
    this.#tell({ state: 'loading' })
    const process = new ModuleProcess(
      { entry, memoryMiB, log: (line) => log(`${name}: ${line}`) },
      { said: (message) => this.#heard(message), ended: (reason) => this.#fell(reason) }
    )
    this.#process = process
    process.start()
    process.send({ say: 'load', path, export: this.#options.export, config })
    this.#limit(this.#options.loadLimitMs ?? 15_000, 'it was not loaded')
  }

  async stop(): Promise<void> {
    this.#clear()
    this.#tell({ state: 'stopped', reason: '' })
    this.#refuseAll(new UserModuleError('away', `${this.#options.name} was stopped`))
    await this.#process?.stop()
    this.#process = null
  }

  /** `bytes` arrive as a property of the first argument. Rejects with a UserModuleError. */
  call(method: string, args: unknown[], bytes: Call['bytes'] = null): Promise<unknown> {
    const { name, maxWaiting = 1 } = this.#options
    const { state, reason } = this.#status
    if (state === 'stopped' || state === 'backing_off')
      return Promise.reject(new UserModuleError('away', `${name} does not run: ${reason || 'it was stopped'}`))
    if (this.#waiting.length >= maxWaiting)
      return Promise.reject(new UserModuleError('busy', `${name} is slower than what it is given`))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ method, args, bytes, resolve, reject })
      this.#next()
    })
  }

  #next(): void {
    if (this.#status.state !== 'running' || this.#current !== null) return
    const call = this.#waiting.shift()
    if (call === undefined) return
    const id = ++this.#lastId
    this.#current = { id, call }
    const { method, args, bytes } = call
    this.#process?.send(
      { say: 'call', id, method, args, bytesAs: bytes?.name ?? null, keep: this.#options.keeps?.[method] ?? null },
      bytes?.data
    )
    this.#limit(this.#options.callLimitMs, `${method} took`)
  }

  #heard(message: FromModule): void {
    switch (message.say) {
      case 'loaded':
        this.#loaded(message.methods)
        return
      case 'not-loaded':
        this.#process?.kill(`${this.#options.path} could not be loaded: ${message.reason}`)
        return
      case 'answer':
      case 'threw':
        if (message.id === this.#current?.id) this.#answered(message, this.#current.call)
    }
  }

  #loaded(methods: readonly string[]): void {
    const missing = this.#options.needs.filter((method) => !methods.includes(method))
    if (missing.length > 0) {
      this.#process?.kill(`${this.#options.path} has no function ${missing.join(', ')}`)
      return
    }
    this.#clear()
    this.#runningSince = performance.now()
    this.#tell({ state: 'running', reason: '' })
    this.#next()
  }

  #answered(message: Extract<FromModule, { say: 'answer' | 'threw' }>, { resolve, reject }: Call): void {
    this.#clear()
    this.#current = null
    if (message.say === 'answer') resolve(message.value)
    else reject(new UserModuleError('threw', message.reason))
    this.#next()
  }

  #limit(ms: number, what: string): void {
    this.#clear()
    this.#timer = setTimeout(() => this.#process?.kill(`${what} longer than its ${ms / 1000} s`), ms)
  }

  #clear(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  #fell(reason: string): void {
    const { name, log } = this.#options
    this.#clear()
    this.#process = null
    if (this.#status.state === 'running' && performance.now() - this.#runningSince > STABLE_MS) this.#falls = 0
    // Half of the wait at least: one that falls at once must not take the processor.
    const bound = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.#falls++, 16))
    const waitMs = Math.round(bound * (0.5 + Math.random() / 2))
    this.#tell({ state: 'backing_off', reason, restarts: this.#status.restarts + 1 })
    log(`${name}: ${reason}. Next try in ${(waitMs / 1000).toFixed(1)} s`)
    this.#refuseAll(new UserModuleError('ended', `${name} was ended: ${reason}`))
    this.#timer = setTimeout(() => this.start(), waitMs)
    this.#timer.unref()
  }

  #refuseAll(error: UserModuleError): void {
    const calls = [...(this.#current ? [this.#current.call] : []), ...this.#waiting]
    this.#current = null
    this.#waiting = []
    for (const { reject } of calls) reject(error)
  }

  #tell(change: Partial<UserModuleStatus>): void {
    this.#status = { ...this.#status, ...change }
    this.#options.changed?.()
  }
}
