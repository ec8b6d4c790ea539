/**
 * Which model runs: the desired one, or the last good one when the desired one proved bad. Remembers on disk what was
 * good and what was bad, so that neither a restart nor a power cut runs a bad model again. A bad one is tried again only
 * after the desired state has named another in between.
 */
import { join } from 'node:path'
import type { ModelReference } from '@vedette/protocol'
import { readIfThere, writeDurably } from '../durable_file.ts'
import { beginTrial, type Counts, judge, type Trial, type TrialInput } from './trial.ts'

/** What runs or should run; null is decode only. */
export type Chosen = ModelReference | null

interface Memory {
  good: ModelReference | null
  bad: { sha256: string; reason: string } | null
  /** What the good model saw before the trial that is under way: an agent that restarts goes on comparing. */
  before: Counts | null
}

const nothing: Memory = { good: null, bad: null, before: null }

export interface Selection {
  model: Chosen
  /** Set when the desired model is not the one that runs. */
  rolledBack: { from: ModelReference; reason: string } | null
}

/** Why what runs is not what was asked for. */
export function insteadOf({ from, reason }: NonNullable<Selection['rolledBack']>, model: Chosen): string {
  const now = model === null ? 'No model runs now' : `${model.name} ${model.version} runs again`
  const why = reason.endsWith('.') ? reason : `${reason}.`
  return `Model ${from.name} ${from.version} was rolled back. ${why} ${now}; assign another model, or this one's next version.`
}

export interface ModelSwitchOptions {
  directory: string
  /** How long a new model is watched before it is kept. */
  trialMs: number
  now?: () => number
  /** The desired model proved bad: select again, and tell. */
  rolledBack(from: ModelReference, reason: string): void
  /** The desired model proved good: from now on it is the one to go back to. */
  committed(model: ModelReference): void
}

export class ModelSwitch {
  readonly #options: ModelSwitchOptions
  readonly #now: () => number
  #memory: Memory = nothing
  #selected: Chosen = null
  #trial: Trial | null = null
  #clock: NodeJS.Timeout | null = null
  /** Of the good model, also while another is tried: the minute that is running, and the one before. */
  #minute = beginMinute(null, 0)
  #saving: Promise<void> = Promise.resolve()

  constructor(options: ModelSwitchOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  async start(): Promise<void> {
    const text = await readIfThere(this.#file)
    if (text !== null) this.#memory = memoryFrom(text)
    this.#clock = setInterval(() => this.#judge({ what: 'tick', at: this.#now() }), 1_000).unref()
  }

  async stop(): Promise<void> {
    if (this.#clock) clearInterval(this.#clock)
    this.#clock = null
    await this.#saving
  }

  /** The last good model, which must stay on disk. */
  get good(): ModelReference | null {
    return this.#memory.good
  }

  /** What `select` would answer for a desired model, without running it. */
  peek(desired: ModelReference): Chosen {
    return this.#memory.bad?.sha256 === desired.sha256 ? this.#memory.good : desired
  }

  get isTrying(): boolean {
    return this.#trial !== null
  }

  /** The model to run for a desired one that is on disk. */
  select(desired: Chosen): Selection {
    const { bad, good } = this.#memory
    if (bad && bad.sha256 !== desired?.sha256) this.#remember({ good, bad: null, before: null })
    else if (bad && desired) {
      this.#run(good)
      return { model: good, rolledBack: { from: desired, reason: bad.reason } }
    }
    this.#run(desired)
    return { model: desired, rolledBack: null }
  }

  /** The engine's pipeline with the selected model runs. */
  running(): void {
    this.#judge({ what: 'running', at: this.#now() })
  }

  /** A fatal PipelineError. */
  failed(error: { code: string; message: string }): void {
    this.#judge({ what: 'failed', at: this.#now(), code: error.code, message: error.message })
  }

  /** The engine process ended and nobody asked for it. */
  fell(): void {
    this.#judge({ what: 'fell', at: this.#now() })
  }

  seen(counts: Counts): void {
    const at = this.#now()
    if (this.#trial) {
      this.#judge({ what: 'seen', at, counts })
      return
    }
    if (at - this.#minute.beganAt > 60_000) {
      this.#minute = { ...beginMinute(this.#minute.of, at), last: this.#minute.counts }
    }
    this.#minute.counts.frames += counts.frames
    this.#minute.counts.objects += counts.objects
  }

  #run(model: Chosen): void {
    if (model?.sha256 === this.#selected?.sha256) return
    this.#keepFirst()
    const isGood = model === null || model.sha256 === this.#memory.good?.sha256
    if (!isGood) {
      const before = this.#selected === null ? this.#memory.before : this.#lastMinute()
      this.#trial = beginTrial(this.#now(), this.#options.trialMs, before)
      this.#remember({ ...this.#memory, before })
    } else {
      this.#trial = null
      const of = model?.sha256 ?? null
      if (this.#minute.of !== of) this.#minute = beginMinute(of, this.#now())
    }
    this.#selected = model
  }

  /** The very first model, replaced during its trial: that it ran and saw something is better than nothing to go back to. */
  #keepFirst(): void {
    const first = this.#selected
    if (first === null || this.#memory.good !== null || !this.#trial || this.#trial.seen.objects === 0) return
    this.#minute = { ...beginMinute(first.sha256, this.#now()), counts: { ...this.#trial.seen } }
    this.#remember({ ...this.#memory, good: first })
  }

  #lastMinute(): Counts {
    const { counts, last } = this.#minute
    return { frames: counts.frames + (last?.frames ?? 0), objects: counts.objects + (last?.objects ?? 0) }
  }

  #judge(input: TrialInput): void {
    const model = this.#selected
    if (!this.#trial || !model) return
    this.#trial = judge(this.#trial, input)
    const { verdict, seen } = this.#trial
    if (verdict.is === 'trying') return
    this.#trial = null
    if (verdict.is === 'good') {
      this.#minute = { ...beginMinute(model.sha256, this.#now()), counts: { ...seen } }
      this.#remember({ good: model, bad: null, before: null })
      this.#options.committed(model)
      return
    }
    this.#selected = null
    this.#remember({ good: this.#memory.good, bad: { sha256: model.sha256, reason: verdict.reason }, before: null })
    this.#options.rolledBack(model, verdict.reason)
  }

  get #file(): string {
    return join(this.#options.directory, 'switch.json')
  }

  #remember(memory: Memory): void {
    this.#memory = memory
    // What cannot be written (a full disk) is still known until the agent restarts.
    this.#saving = this.#saving.then(() => writeDurably(this.#file, JSON.stringify(memory))).catch(() => undefined)
  }
}

interface Minute {
  /** SHA-256 of the model that was counted. */
  of: string | null
  beganAt: number
  counts: Counts
  last: Counts | null
}

function beginMinute(of: string | null, beganAt: number): Minute {
  return { of, beganAt, counts: { frames: 0, objects: 0 }, last: null }
}

function memoryFrom(text: string): Memory {
  try {
    const value = JSON.parse(text) as Partial<Memory>
    return { good: value.good ?? null, bad: value.bad ?? null, before: value.before ?? null }
  } catch {
    return nothing
  }
}
