/**
 * `dn/command/{id}`: each is done at most once, expired ones never. Ids that were done are on disk before the doing:
 * the console says a command again after its own restart, and `restart agent` must not come back that way.
 */
import { type Command, clipped, type Reply, VERSION } from '@vedette/protocol'
import { readJsonFile, writeJsonFile } from './json_file.ts'

type Do = Command['do']
export type CommandHandlers = {
  [C in Do['command']]: (command: Extract<Do, { command: C }>) => Promise<CommandResult> | CommandResult
}
export interface CommandResult {
  message: string
  result?: unknown
}

const REMEMBERED = 256

export class Commands {
  readonly #file: string
  readonly #handlers: CommandHandlers
  readonly #reply: (id: string, reply: Reply) => void
  /** Id → when its command expires, in milliseconds. */
  readonly #done: Map<string, number>
  readonly #replies = new Map<string, Reply>()

  constructor(file: string, handlers: CommandHandlers, reply: (id: string, reply: Reply) => void) {
    this.#file = file
    this.#handlers = handlers
    this.#reply = reply
    this.#done = new Map(readEntries(file))
  }

  async take(id: string, command: Command): Promise<void> {
    if (this.#done.has(id)) {
      this.#reply(id, this.#replies.get(id) ?? reply(true, 'This command was done before.'))
      return
    }
    const expires = Date.parse(command.expires)
    if (!(expires > Date.now())) {
      this.#reply(id, reply(false, `This command expired at ${command.expires}; by this box's clock it is ${now()}.`))
      return
    }
    this.#remember(id, expires)
    const answer = await this.#run(command.do)
    this.#replies.set(id, answer)
    this.#reply(id, answer)
  }

  async #run(what: Do): Promise<Reply> {
    try {
      // The table's key is the command's own name, so the handler takes exactly this command.
      const handler = this.#handlers[what.command] as (command: Do) => Promise<CommandResult> | CommandResult
      const { message, result } = await handler(what)
      return { ...reply(true, message), ...(result === undefined ? {} : { result }) }
    } catch (error) {
      return reply(false, (error as Error).message)
    }
  }

  #remember(id: string, expires: number): void {
    this.#done.set(id, expires)
    for (const known of this.#done.keys()) {
      if (this.#done.size <= REMEMBERED) break
      this.#done.delete(known)
      this.#replies.delete(known)
    }
    writeJsonFile(this.#file, [...this.#done])
  }
}

function reply(ok: boolean, message: string): Reply {
  return { v: VERSION, at: now(), ok, message: clipped(message) }
}

function now(): string {
  return new Date().toISOString()
}

function readEntries(file: string): [string, number][] {
  const value = readJsonFile(file)
  if (!Array.isArray(value)) return []
  return value.filter((entry): entry is [string, number] => Array.isArray(entry) && typeof entry[0] === 'string')
}
