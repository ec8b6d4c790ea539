/** Things for a box to do once: sent, kept while they are good, answered or given up. */
import { type Command, type Reply, VERSION } from '@vedette/protocol'
import { ulid } from 'ulid'
import type { CommandsRoom } from '../rooms.ts'

export interface CommandsOptions {
  packages: {
    addCommand(row: { id: string; box: string; message: Command; expiresAt: number }): void
    endCommand(id: string, box: string): void
  }
  send(box: string, id: string, command: Command): void
  note(note: { at: number; who: string; what: string; subject: string; detail: string }): void
  now(): number
}

export interface Commands extends CommandsRoom {
  announce(box: string): void
  onReply(box: string, id: string, reply: Reply): void
}

const ANSWER_MS = 15_000
const GOOD_MS = 60_000

export function commandsRoom({ packages, send, note, now }: CommandsOptions): Commands {
  const waiting = new Map<string, PromiseWithResolvers<Reply>>()

  function order(box: string, what: Command['do']): string {
    // The protocol's ids are lower case.
    const id = ulid().toLowerCase()
    const expiresAt = now() + GOOD_MS
    const message: Command = { v: VERSION, expires: new Date(expiresAt).toISOString(), do: what }
    packages.addCommand({ id, box, message, expiresAt })
    send(box, id, message)
    return id
  }

  async function ask(box: string, what: Command['do'], by: string): Promise<Reply> {
    note({ at: now(), who: by, what: `command ${what.command}`, subject: box, detail: JSON.stringify(what) })
    const id = order(box, what)
    const answer = Promise.withResolvers<Reply>()
    const limit = setTimeout(() => {
      answer.reject(new Error(`${box} has not answered within ${ANSWER_MS / 1000} s; is it connected?`))
    }, ANSWER_MS)
    waiting.set(`${box}/${id}`, answer)
    try {
      const reply = await answer.promise
      if (!reply.ok) throw new Error(`${box} could not: ${reply.message}`)
      return reply
    } finally {
      clearTimeout(limit)
      waiting.delete(`${box}/${id}`)
    }
  }

  return {
    announce: (box) => void order(box, { command: 'announce' }),
    onReply(box, id, reply) {
      packages.endCommand(id, box)
      waiting.get(`${box}/${id}`)?.resolve(reply)
    },
    restartEngine: async (box, by) => (await ask(box, { command: 'restart', what: 'engine' }, by)).message,
    restartAgent: async (box, by) => (await ask(box, { command: 'restart', what: 'agent' }, by)).message,
    async snapshot(box, camera, by) {
      const { result } = await ask(box, { command: 'snapshot', camera }, by)
      if (typeof result !== 'string')
        throw new Error(`${box}: expected a JPEG in base64 for ${camera}, received ${typeof result}`)
      return Buffer.from(result, 'base64')
    }
  }
}
