/** `GET /v1/events`: the newest events of the box. Its console has all of them; its own page shows these. */
import Type from 'typebox'
import type { App } from '../app.ts'
import { faults } from '../fault.ts'
import type { RecentEvents } from '../recent_events.ts'

const Event = Type.Object({
  n: Type.Integer({ description: 'Counts up since the agent began.' }),
  at: Type.String({ format: 'date-time' }),
  severity: Type.String(),
  words: Type.String({ description: 'What happened, in a sentence.' }),
  kind: Type.String({ description: 'What else there is follows from it: protocol/README.md.' })
})

export function eventRoutes(app: App, events: RecentEvents): void {
  app.get(
    '/v1/events',
    {
      schema: {
        tags: ['box'],
        summary: 'The newest events',
        querystring: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })) }),
        response: { 200: Type.Object({ events: Type.Array(Event) }), ...faults(400, 401, 403) }
      }
    },
    ({ query }) => ({ events: events.list(query.limit ?? 50) })
  )
}
