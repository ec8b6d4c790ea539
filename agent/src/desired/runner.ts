/**
 * The one runner of the desired state: compares, does the steps, and the latest document wins, in the middle of a step
 * too. Starts from the disk, with no network. Always knows why it is not yet where it should be.
 */
import { createHash } from 'node:crypto'
import type { Desired, ModelReference, Reported } from '@vedette/protocol'
import { DesiredError } from './desired_error.ts'
import { readDesired } from './document.ts'
import { Memory } from './memory.ts'
import { inWords, nothingRuns, type OnBox, type Running, type Step, steps } from './steps.ts'

export type DesiredStatus = Pick<Reported, 'observed' | 'applied' | 'lastGood' | 'whyNotYet'>

export interface DesiredRunnerOptions {
  directory: string
  onBox: OnBox
  /** Gets a model package onto the disk; retries by itself, ends with the signal, rejects for good. */
  fetchModel(model: ModelReference, signal: AbortSignal): Promise<unknown>
  /** Takes minutes. `progress` tells in words how long it is at it; ends with the signal, rejects for good. */
  buildEngine(model: ModelReference, progress: (words: string) => void, signal: AbortSignal): Promise<unknown>
  /**
   * Tells the engine all that should run now. Answers why something else runs, such as a model that was rolled back;
   * empty when it does not. Throws when a camera's credential does not open, and the like.
   */
  configure(running: Running, document: Desired): string
  /** The document in force, or why one was refused, or why not yet has changed. */
  changed(status: DesiredStatus): void
  applied?(document: Desired): void
  refused?(rev: number, reason: string): void
  log(message: string): void
}

export class DesiredRunner {
  readonly #options: DesiredRunnerOptions
  readonly #memory: Memory
  #status: DesiredStatus = {
    observed: null,
    applied: null,
    lastGood: null,
    whyNotYet: 'No desired state has arrived yet.'
  }
  #wanted: Desired | null = null
  /** The document whose steps were all done: it is what a refused one leaves in force. */
  #inForce: Desired | null = null
  #running: Running = nothingRuns
  #turn: { abort: AbortController; done: Promise<void> } | null = null
  #isStopped = true
  /** The disk was read: what arrives before waits, or it would be taken for older than what lies there. */
  readonly #started = Promise.withResolvers<void>()
  /** What the last configure answered. */
  #holdUp = ''

  constructor(options: DesiredRunnerOptions) {
    this.#options = options
    this.#memory = new Memory(options.directory)
  }

  get status(): DesiredStatus {
    return this.#status
  }

  /** The document in force, or on the way to it. */
  get wanted(): Desired | null {
    return this.#wanted
  }

  async start(): Promise<void> {
    this.#isStopped = false
    const lastGood = await this.#memory.load()
    if (lastGood !== null) {
      this.#tell({ observed: named(lastGood), lastGood: named(lastGood), whyNotYet: '' })
      this.#want(lastGood)
    }
    this.#started.resolve()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#turn?.abort.abort(new Error('stopped'))
    await this.#turn?.done
  }

  /** A payload of `dn/desired`. A bad one is refused, and what runs goes on. */
  async offer(payload: Uint8Array | string): Promise<void> {
    await this.#started.promise
    try {
      this.accept(readDesired(payload))
    } catch (error) {
      const digest = createHash('sha256').update(payload).digest('hex')
      await this.#refuse(claimedName(payload), messageOf(error), digest)
    }
  }

  /** A document from the box itself (settings of a box without a console), or one that passed the checks. */
  accept(desired: Desired): void {
    this.#tell({ observed: named(desired) })
    const isSame = this.#wanted?.sha256 === desired.sha256 && this.#status.applied?.sha256 === desired.sha256
    if (isSame) this.#tell({ whyNotYet: this.#holdUp })
    else this.#want(desired)
  }

  /** Something that the steps rest on has changed (a model was rolled back, a package arrived): look again. */
  again(): void {
    if (this.#wanted) this.#want(this.#wanted)
  }

  #want(desired: Desired): void {
    this.#wanted = desired
    this.#turn?.abort.abort(new Error('a newer desired state has arrived'))
    const before = this.#turn?.done ?? Promise.resolve()
    const abort = new AbortController()
    const done = before.then(() => this.#run(desired, abort.signal))
    this.#turn = { abort, done }
  }

  async #run(desired: Desired, signal: AbortSignal): Promise<void> {
    try {
      const todo = steps(desired, this.#running, this.#options.onBox)
      for (const [i, step] of todo.entries()) {
        if (signal.aborted || this.#isStopped) return
        if (step.do === 'fetch-model' || step.do === 'build-engine') {
          // What is ready does not wait for a download, nor for an engine.
          this.#options.configure(this.#running, desired)
          const tell = (progress: string) =>
            this.#tell({ whyNotYet: `${sentence(inWords(step) + progress)} Steps after it: ${todo.length - i - 1}.` })
          tell('')
          if (step.do === 'fetch-model') await this.#options.fetchModel(step.model, signal)
          else await this.#options.buildEngine(step.model, (words) => tell(`, ${words}`), signal)
        } else this.#running = after(this.#running, step, desired)
      }
      if (signal.aborted || this.#isStopped) return
      this.#holdUp = this.#options.configure(this.#running, desired)
      await this.#arrived(desired)
    } catch (error) {
      if (signal.aborted || this.#isStopped) return
      if (error instanceof DesiredError) return this.#refuse(named(desired), error.message, desired.sha256)
      this.#options.log(`desired revision ${desired.rev}: ${messageOf(error)}`)
      this.#tell({ whyNotYet: sentence(messageOf(error)) })
    }
  }

  async #arrived(desired: Desired): Promise<void> {
    const isNew = this.#status.applied?.sha256 !== desired.sha256
    this.#inForce = desired
    // A document that was refused meanwhile is still what was observed last.
    const isLast = this.#status.observed?.sha256 === desired.sha256
    this.#tell({ applied: named(desired), ...(isLast ? { whyNotYet: this.#holdUp } : {}) })
    if (!isNew) return
    this.#options.applied?.(desired)
    try {
      await this.#memory.keep(desired)
      this.#tell({ lastGood: named(desired) })
    } catch (error) {
      this.#options.log(
        `could not keep revision ${desired.rev} on disk: ${messageOf(error)}; it runs, but not after a restart`
      )
    }
  }

  /** Told at every arrival, but an event only once: a retained document arrives again with every connection. */
  async #refuse(claimed: { rev: number; sha256: string } | null, reason: string, digest: string): Promise<void> {
    const whyNotYet = `${claimed ? `Revision ${claimed.rev}` : 'A document'} was refused: ${sentence(reason)} ${this.#whatRuns(digest)}`
    this.#options.log(whyNotYet)
    this.#tell({ ...(claimed ? { observed: claimed } : {}), whyNotYet })
    if (this.#memory.isRefused(digest)) return
    this.#options.refused?.(claimed?.rev ?? 0, reason)
    try {
      await this.#memory.refuse({ digest, rev: claimed?.rev ?? 0, reason })
    } catch (error) {
      this.#options.log(`could not note on disk that a document was refused: ${messageOf(error)}`)
    }
  }

  #whatRuns(refused: string): string {
    if (this.#inForce) return `Revision ${this.#inForce.rev} stays in force.`
    const coming = this.#wanted?.sha256 === refused ? null : this.#wanted
    return coming ? `Revision ${coming.rev} is on its way.` : 'Nothing runs yet.'
  }

  #tell(part: Partial<DesiredStatus>): void {
    this.#status = { ...this.#status, ...part }
    this.#options.changed(this.#status)
  }
}

function after(running: Running, step: Step, desired: Desired): Running {
  switch (step.do) {
    case 'remove-camera': {
      const { [step.camera]: _, ...cameras } = running.cameras
      return { ...running, cameras }
    }
    case 'change-camera':
    case 'add-camera':
      return { ...running, cameras: { ...running.cameras, [step.camera]: desired.cameras[step.camera]! } }
    case 'set-interval':
      return { ...running, interval: step.interval }
    case 'set-tracker':
      return { ...running, tracker: step.tracker }
    case 'switch-model':
      return { ...running, model: step.model }
    case 'set-secondaries':
      return { ...running, secondaries: step.secondaries }
    case 'set-compare':
      return { ...running, compare: step.compare }
    case 'set-alerts':
      return { ...running, alerts: step.alerts }
    case 'fetch-model':
    case 'build-engine':
      return running
  }
}

/** What a document says of itself, for the report about one that is refused. */
function claimedName(payload: Uint8Array | string): { rev: number; sha256: string } | null {
  try {
    const value: unknown = JSON.parse(typeof payload === 'string' ? payload : Buffer.from(payload).toString())
    if (typeof value !== 'object' || value === null || !('rev' in value) || !('sha256' in value)) return null
    const { rev, sha256 } = value
    const isName = Number.isInteger(rev) && typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256)
    return isName ? { rev: rev as number, sha256 } : null
  } catch {
    return null
  }
}

function named({ rev, sha256 }: Desired): { rev: number; sha256: string } {
  return { rev, sha256 }
}

function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
