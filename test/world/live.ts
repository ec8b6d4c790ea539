/** A program that listens to the console's server-sent events, as a page does. */
import type { Health } from '@vedette/protocol'
import type { Operator } from './operator.ts'

export interface LiveMessage {
  event: string
  data: Record<string, unknown>
  /** When it was read. */
  at: number
}

/** Every message of `GET /live?…` until the signal ends it. */
export async function* live(operator: Operator, query: string, signal: AbortSignal): AsyncGenerator<LiveMessage> {
  const response = await operator.get(`/live?${query}`, { signal, headers: { accept: 'text/event-stream' } })
  if (!response.ok || response.body === null)
    throw new Error(`expected events from /live?${query}, received ${response.status}`)
  let rest = ''
  try {
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + chunk).split('\n\n')
      rest = blocks.pop() ?? ''
      for (const block of blocks) {
        const event = /^event: (.*)$/m.exec(block)?.[1]
        const data = /^data: (.*)$/m.exec(block)?.[1]
        if (event !== undefined && data !== undefined) yield { event, data: JSON.parse(data), at: Date.now() }
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

/** A box as its page shows it now. */
export async function detailOf(operator: Operator, box: string): Promise<BoxSeen> {
  const end = new AbortController()
  try {
    for await (const { event, data } of live(operator, `box=${box}`, end.signal))
      if (event === 'detail') return data as unknown as BoxSeen
  } finally {
    end.abort()
  }
  throw new Error(`expected /live?box=${box} to tell of the box, but it ended`)
}

/** What tests look at of it. */
export interface BoxSeen {
  state: string
  why: string
  badMessages: { count: number; last: string } | null
  models: { name: string; sha256: string; isWanted: boolean; state: string }[]
  health: Health | null
  cameras: { id: string; state: string; fps: number | null }[]
}
