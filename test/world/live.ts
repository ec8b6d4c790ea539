/** A program that listens to the console's server-sent events, as a page does. */
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
