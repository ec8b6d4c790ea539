/**
 * Models beside the detector: classifiers on what it finds, and one that is only compared. The pipeline that one of them
 * breaks is made again without it, and that is remembered on disk: neither a restart nor a power cut runs it again. It is
 * tried again only after the desired state has not named it in between.
 */
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { readIfThere, writeDurably } from '../durable_file.ts'
import { CRASH_WINDOW_MS, CRASHES, MODEL_CODES } from './trial.ts'

export interface CompanionsOptions {
  directory: string
  /** How long a pipeline must run with one until a fall is no longer put down to it. */
  trialMs: number
  now?: () => number
  /** It proved bad: the desired state has to be applied again, without it. */
  rolledBack(sha256: string, reason: string): void
}

interface Fault {
  code: string
  element: string
  message: string
}

export class Companions {
  readonly #options: CompanionsOptions
  readonly #now: () => number
  /** Why each one is left out, by SHA-256. */
  readonly #bad = new Map<string, string>()
  readonly #good = new Set<string>()
  /** Of the pipeline that runs or is to run, by the stage's id. */
  #stages: ReadonlyMap<number, string> = new Map()
  #runningAt: number | null = null
  #fallsAt: number[] = []
  #saving: Promise<void> = Promise.resolve()

  constructor(options: CompanionsOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  async start(): Promise<void> {
    const { bad, good } = memoryFrom((await readIfThere(this.#file)) ?? '')
    for (const [sha256, reason] of Object.entries(bad)) this.#bad.set(sha256, reason)
    for (const sha256 of good) this.#good.add(sha256)
  }

  stop(): Promise<void> {
    return this.#saving
  }

  /** Those that are left out, and why. */
  get bad(): ReadonlyMap<string, string> {
    return this.#bad
  }

  /** All models that the desired state names: what is remembered of others is forgotten. */
  keep(named: Iterable<string>): void {
    const kept = new Set(named)
    const gone = [...this.#bad.keys(), ...this.#good].filter((sha256) => !kept.has(sha256))
    for (const sha256 of gone) {
      this.#bad.delete(sha256)
      this.#good.delete(sha256)
    }
    if (gone.length > 0) this.#save()
  }

  /** From now on these are meant, by the stage's id. */
  place(stages: ReadonlyMap<number, string>): void {
    const isSame = isDeepStrictEqual(stages, this.#stages)
    this.#stages = stages
    if (isSame) return
    this.#runningAt = null
    this.#fallsAt = []
  }

  running(): void {
    this.#runningAt ??= this.#now()
  }

  /** Time goes by. */
  tick(): void {
    if (this.#runningAt === null || this.#now() - this.#runningAt < this.#options.trialMs) return
    const proven = this.#unproven()
    for (const [, sha256] of proven) this.#good.add(sha256)
    if (proven.length > 0) this.#save()
  }

  /** A fatal PipelineError; whether it is about one of these. */
  failed({ code, element, message }: Fault): boolean {
    const stage = /^infer-(\d+)$/.exec(element)?.[1] ?? /^infer-(\d+): /.exec(message)?.[1]
    const sha256 = stage === undefined ? undefined : this.#stages.get(Number(stage))
    if (sha256 === undefined || !MODEL_CODES.includes(code)) return false
    this.#blame(sha256, `It does not start: ${message}`)
    return true
  }

  /** The engine ended and nobody asked for it; whether that is put down to one of these. The last one goes first. */
  fell(): boolean {
    this.tick()
    this.#runningAt = null
    const suspect = this.#unproven().at(-1)?.[1]
    if (suspect === undefined) return false
    const at = this.#now()
    this.#fallsAt = [...this.#fallsAt, at].filter((fall) => at - fall <= CRASH_WINDOW_MS)
    if (this.#fallsAt.length >= CRASHES) this.#blame(suspect, `The engine fell ${CRASHES} times within 30 s with it.`)
    return true
  }

  /** In the order of their stages. */
  #unproven(): [stage: number, sha256: string][] {
    return [...this.#stages]
      .filter(([, sha256]) => !this.#good.has(sha256) && !this.#bad.has(sha256))
      .toSorted(([a], [b]) => a - b)
  }

  #blame(sha256: string, reason: string): void {
    this.#fallsAt = []
    this.#good.delete(sha256)
    this.#bad.set(sha256, reason)
    this.#save()
    this.#options.rolledBack(sha256, reason)
  }

  get #file(): string {
    return join(this.#options.directory, 'companions.json')
  }

  #save(): void {
    const memory = JSON.stringify({ bad: Object.fromEntries(this.#bad), good: [...this.#good] })
    // What cannot be written (a full disk) is still known until the agent restarts.
    this.#saving = this.#saving.then(() => writeDurably(this.#file, memory)).catch(() => undefined)
  }
}

function memoryFrom(text: string): { bad: Record<string, string>; good: string[] } {
  try {
    return { bad: {}, good: [], ...(JSON.parse(text) as object) }
  } catch {
    return { bad: {}, good: [] }
  }
}
