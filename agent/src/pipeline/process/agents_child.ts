/**
 * The life of a process that works for the agent with the addon in it: descriptor 3 is the channel to the agent, without
 * which there is nothing to live for, descriptor 4 takes the beats of the process. It ends when it is told to, when it
 * has failed, and when the agent is gone.
 */
import { Socket } from 'node:net'
import { pathToFileURL } from 'node:url'
import type { NativeAddon } from '@vedette/native'
import { Channel, CONTROL } from '../channel/channel.ts'

const HEARTBEAT_MS = 1_000
/** The agent is gone, or waits: whatever the pipeline does, this process ends. */
const ORPHAN_LIMIT_MS = 800
const STOP_LIMIT_MS = 3_500

export interface AgentsChildOptions<To> {
  obey(message: To): void
  /** What comes beside control messages. */
  received?(kind: number, payload: Buffer): void
  /** Called once, before the process ends. */
  stop(): Promise<void>
}

/** `path`: a module that takes its place, for tests. */
export async function loadAddon(path: string | undefined): Promise<NativeAddon> {
  return (path === undefined ? await import('@vedette/native') : await import(pathToFileURL(path).href)) as NativeAddon
}

export class AgentsChild<To, From> {
  readonly channel: Channel
  readonly #options: AgentsChildOptions<To>
  #hasFailed = false

  constructor(options: AgentsChildOptions<To>) {
    this.#options = options
    this.channel = new Channel(new Socket({ fd: 3, readable: true, writable: true }), {
      message: (kind, payload) => {
        if (kind === CONTROL) options.obey(JSON.parse(payload.toString()) as To)
        else options.received?.(kind, payload)
      },
      closed: () => void this.#quit(0, ORPHAN_LIMIT_MS)
    })
  }

  start(first: From): void {
    // Ctrl-C reaches the whole process group: the agent decides when its children end.
    process.on('SIGINT', () => undefined)
    process.on('SIGTERM', () => this.end())
    this.channel.start()
    this.tell(first)
    setInterval(() => this.tell({ say: 'heartbeat' }), HEARTBEAT_MS)
  }

  tell(message: From | { say: 'heartbeat' }): void {
    this.channel.control(message)
  }

  end(): void {
    void this.#quit(0, STOP_LIMIT_MS)
  }

  /** Says why, and ends. One fault may be told more than once; the first telling is the one that names it. */
  fail(why: From): void {
    if (this.#hasFailed) return
    this.#hasFailed = true
    this.tell(why)
    void this.#quit(1, STOP_LIMIT_MS)
  }

  async #quit(code: number, limitMs: number): Promise<void> {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), limitMs)
    await this.channel.flushed()
    await this.#options.stop()
    process.exit(code)
  }
}
