/** What is kept of the engine's last falls, on disk: why, the last error, the graph as it was, the lines before. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface Crash {
  at: string
  reason: string
  /** It was built beside the pipeline in charge, which went on. */
  isBeside: boolean
  model: string | null
  /** What the pipeline said last, if it said anything. */
  error: { code: string; element: string; message: string; debug: string } | null
  cameras: Record<string, string>
  /** What the agent and its engine logged before. */
  log: string[]
}

export interface CrashesOptions {
  directory: string
  /** Takes out what nobody may read. */
  clean(text: string): string
}

/** Falls that are kept, the newest: a box that falls all night must not fill its disk. */
const KEPT = 20
const LOG_LINES = 60
/** A graph of 256 cameras has some 2 MB. */
const GRAPH_LENGTH = 4 * 1024 * 1024

export class Crashes {
  readonly #options: CrashesOptions
  readonly #lines: string[] = []
  #turn: Promise<void> = Promise.resolve()

  constructor(options: CrashesOptions) {
    this.#options = options
  }

  line(message: string): void {
    this.#lines.push(message)
    if (this.#lines.length > LOG_LINES) this.#lines.shift()
  }

  /** Resolves when it is on disk; rejects when it cannot be. */
  keep(crash: Omit<Crash, 'at' | 'log'>, graph: string | null): Promise<void> {
    const whole: Crash = { at: new Date().toISOString(), ...crash, log: [...this.#lines] }
    const kept = this.#turn.then(() => this.#write(whole, graph))
    this.#turn = kept.catch(() => undefined)
    return kept
  }

  /** Newest first; the newest with its graph. */
  async list(): Promise<(Crash & { graph?: string })[]> {
    await this.#turn
    const names = (await this.#names()).filter((name) => name.endsWith('.json')).toReversed()
    const crashes = await Promise.all(names.map(async (name) => JSON.parse(await this.#text(name)) as Crash))
    const [newest] = names
    if (newest === undefined) return []
    const graph = await this.#text(newest.replace(/json$/, 'dot')).catch(() => null)
    return crashes.map((crash, i) => (i === 0 && graph !== null ? { ...crash, graph } : crash))
  }

  async #write(crash: Crash, graph: string | null): Promise<void> {
    const { directory, clean } = this.#options
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const name = crash.at.replaceAll(':', '-')
    await writeFile(join(directory, `${name}.json`), clean(`${JSON.stringify(crash, null, 1)}\n`), { mode: 0o600 })
    if (graph !== null)
      await writeFile(join(directory, `${name}.dot`), clean(graph.slice(0, GRAPH_LENGTH)), { mode: 0o600 })
    const falls = [...new Set((await this.#names()).map((file) => file.replace(/\.(json|dot)$/, '')))]
    for (const old of falls.slice(0, -KEPT))
      for (const kind of ['json', 'dot']) await rm(join(directory, `${old}.${kind}`), { force: true })
  }

  /** Oldest first: they are named by their time. */
  async #names(): Promise<string[]> {
    const names = await readdir(this.#options.directory).catch(() => [])
    return names.filter((name) => /^\d{4}-.+\.(json|dot)$/.test(name)).sort()
  }

  #text(name: string): Promise<string> {
    return readFile(join(this.#options.directory, name), 'utf8')
  }
}
