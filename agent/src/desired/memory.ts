/** What the box remembers of desired documents over restarts: the last good one, and those that were refused. */
import { join } from 'node:path'
import type { Desired } from '@vedette/protocol'
import { readIfThere, writeDurably } from '../durable_file.ts'
import { readDesired } from './document.ts'

/** A console that never stops sending bad documents must not fill the disk. */
const REFUSED_LIMIT = 32

export interface Refused {
  /** Of the bytes that arrived: what they say of themselves may be wrong. */
  digest: string
  rev: number
  reason: string
}

export class Memory {
  readonly #directory: string
  #refused: Refused[] = []

  constructor(directory: string) {
    this.#directory = directory
  }

  /** The last good document, checked again as if it had just arrived; null when there is none that reads. */
  async load(): Promise<Desired | null> {
    this.#refused = refusedFrom(await readIfThere(this.#file('refused.json')))
    const text = await readIfThere(this.#file('last_good.json'))
    if (text === null) return null
    try {
      return readDesired(text)
    } catch {
      return null
    }
  }

  keep(desired: Desired): Promise<void> {
    return writeDurably(this.#file('last_good.json'), JSON.stringify(desired))
  }

  isRefused(digest: string): boolean {
    return this.#refused.some((refused) => refused.digest === digest)
  }

  refuse(refused: Refused): Promise<void> {
    this.#refused = [refused, ...this.#refused].slice(0, REFUSED_LIMIT)
    return writeDurably(this.#file('refused.json'), JSON.stringify(this.#refused))
  }

  #file(name: string): string {
    return join(this.#directory, name)
  }
}

function refusedFrom(text: string | null): Refused[] {
  try {
    const value: unknown = JSON.parse(text ?? '[]')
    return Array.isArray(value) ? value.filter(isRefused) : []
  } catch {
    return []
  }
}

function isRefused(value: unknown): value is Refused {
  return typeof value === 'object' && value !== null && 'digest' in value && 'reason' in value && 'rev' in value
}
