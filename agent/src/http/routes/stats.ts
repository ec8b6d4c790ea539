/** `GET /stats`: four figures. Their names are those that users of media servers know. */
import Type, { type Static } from 'typebox'
import type { App } from '../app.ts'
import { faults } from '../fault.ts'

export const Stats = Type.Object(
  {
    active_streams: Type.Integer({ description: 'Cameras whose frames arrive.' }),
    total_viewers: Type.Integer({ description: 'Who looks at a camera through this API now.' }),
    total_bytes_sent: Type.Integer({ description: 'By this API since the agent began.' }),
    uptime_seconds: Type.Integer()
  },
  { $id: 'Stats' }
)
export type Stats = Static<typeof Stats>

export function statsRoutes(app: App, stats: () => Stats): void {
  app.get(
    '/stats',
    { schema: { tags: ['box'], summary: 'Figures at a glance', response: { 200: Stats, ...faults(401, 403) } } },
    () => stats()
  )
}
