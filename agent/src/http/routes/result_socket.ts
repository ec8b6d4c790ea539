/** `/v1/ws`: results of one source or of all, over a WebSocket. */
import Type from 'typebox'
import type { App } from '../app.ts'
import type { Box } from '../box.ts'
import { Outflow } from '../outflow.ts'
import type { Result } from '../result.ts'
import type { Results } from '../results.ts'
import { switching, Talk } from '../talk.ts'
import type { Viewers } from '../viewers.ts'

const NOT_FOUND = 4404
const PING_MS = 25_000

export function resultSocket(
  app: App,
  { box, results, viewers }: { box: Box; results: Results; viewers: Viewers }
): void {
  app.get(
    '/v1/ws',
    {
      websocket: true,
      schema: {
        tags: ['sources'],
        summary: 'What is found, as it is found (WebSocket)',
        description:
          'Results as in /v1/sources/{id}/results, one a message. Whoever reads too slowly loses the oldest, and is told how many in "missed".',
        querystring: Type.Object({
          source: Type.Optional(Type.String({ maxLength: 100, description: 'Default: every source there is now.' }))
        }),
        response: switching('Results follow.')
      }
    },
    (socket, { query: { source } }) => {
      const present = box.sources.list().map(({ id }) => id)
      const wanted = source === undefined ? present : present.filter((id) => id === source)
      const ends: (() => void)[] = []
      const talk = new Talk(socket, {
        said(text) {
          if (text === 'ping') talk.text('pong')
        },
        closed() {
          clearInterval(beat)
          for (const end of ends) end()
        }
      })
      const flow = new Outflow<Result>(
        { write: (text) => talk.text(text), isClogged: () => talk.isClogged },
        (result) => JSON.stringify(result)
      )
      const beat = setInterval(() => talk.ping(), PING_MS)
      if (wanted.length === 0 && source !== undefined) return talk.close(NOT_FOUND, 'no such source')
      try {
        for (const id of wanted)
          ends.push(
            viewers.join(id),
            results.listen(id, (result) => flow.push(result))
          )
      } catch (error) {
        talk.close(1013, error instanceof Error ? error.message.slice(0, 120) : 'no room')
      }
    }
  )
}
