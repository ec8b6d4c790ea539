/**
 * `up/inventory` as it becomes known: at once what files tell, then what the engine says, and once the box has settled what
 * an examination finds (`vedette doctor` in short). The rooms meet here.
 */
import { clipped, type Inventory } from '@vedette/protocol'
import { diagnose, machineSections } from '../doctor.ts'
import { readInventory } from '../host/inventory.ts'
import type { Machine } from '../host/machine.ts'
import { openingEncoders, unknownPipeline } from '../report/engine_words.ts'

export interface BoxInventoryOptions {
  agentVersion: string
  publicKey: string
  machine: Machine
  /** For tests: a module that takes the native addon's place, and less patience. */
  addon?: string
  settledMs?: number
  publish(inventory: Inventory): void
  trouble(message: string): void
}

/** Cameras come first: the examination opens every encoder, which takes seconds of a small machine. */
const SETTLED_MS = 20_000

export class BoxInventory {
  readonly #options: BoxInventoryOptions
  readonly #stopping = new AbortController()
  #pipeline: Inventory['pipeline'] = unknownPipeline
  #encoders: Inventory['pipeline']['encoders']
  #findings: Inventory['findings']
  #timer: NodeJS.Timeout | null = null

  constructor(options: BoxInventoryOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    this.#timer = setTimeout(() => this.#report(this.#examine()), this.#options.settledMs ?? SETTLED_MS)
    await this.#publish()
  }

  stop(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#stopping.abort()
  }

  /** What the pipeline runs on, as far as is known. */
  get family(): Inventory['pipeline']['family'] {
    return this.#pipeline.family
  }

  engineSaid(pipeline: Inventory['pipeline']): void {
    this.#pipeline = pipeline
    this.#report(this.#publish())
  }

  async #examine(): Promise<void> {
    const { addon } = this.#options
    const found = await diagnose({ signal: this.#stopping.signal, ...(addon === undefined ? {} : { addon }) })
    this.#encoders = openingEncoders(found.examination)
    this.#findings = machineSections(found)
      .flatMap((section) => section.findings)
      .flatMap(({ check, state, found: what, remedy }) =>
        state === 'ok' ? [] : [{ check, state, found: clipped(what), remedy: clipped(remedy ?? '') }]
      )
    await this.#publish()
  }

  async #publish(): Promise<void> {
    const { agentVersion, publicKey, machine, publish } = this.#options
    const encoders = this.#encoders === undefined ? {} : { encoders: this.#encoders }
    const inventory = await readInventory(
      { agentVersion, publicKey, machine, pipeline: { ...this.#pipeline, ...encoders } },
      this.#stopping.signal
    )
    publish(this.#findings === undefined ? inventory : { ...inventory, findings: this.#findings })
  }

  #report(work: Promise<void>): void {
    work.catch((error: Error) => {
      if (!this.#stopping.signal.aborted) this.#options.trouble(`inventory: ${error.message}`)
    })
  }
}
