/** `GET /v1/alerts`: what people were told, and what was held back and why. */
import { HeldReason, heldReasonWords } from '@vedette/protocol'
import Type, { type Static } from 'typebox'
import type { App } from '../app.ts'
import type { Box } from '../box.ts'
import { faults } from '../fault.ts'
import { Flag, isOn } from '../flag.ts'

const Maybe = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

export const Alert = Type.Object(
  {
    id: Type.String(),
    outcome: Type.Union([Type.Literal('sent'), HeldReason], {
      description: `sent, or why it was held back (${Object.keys(heldReasonWords).join(', ')}).`
    }),
    why: Type.String({ description: 'The same in words; empty when it was sent.' }),
    decidedAt: Type.String({ format: 'date-time' }),
    at: Type.String({ format: 'date-time' }),
    severity: Type.String(),
    isOver: Type.Boolean({ description: 'What was told before is over.' }),
    camera: Maybe(Type.Object({ id: Type.String(), name: Type.String() })),
    rule: Type.Object({ id: Type.String(), name: Type.String(), kind: Type.String() }),
    label: Maybe(Type.String()),
    message: Type.String(),
    groupedCount: Type.Integer({ description: 'Others that went out with it.' }),
    heldBack: Type.Record(Type.String(), Type.Integer(), {
      description: 'Of the same camera, rule and label, held back since they were told last, by reason.'
    })
  },
  { $id: 'Alert' }
)
export type Alert = Static<typeof Alert>

const Query = Type.Object({
  held: Flag('1: only those that were held back; 0: only those that were sent. Default: both.'),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, default: 50 })),
  before: Type.Optional(
    Type.String({ pattern: '^[0-9A-HJKMNP-TV-Z]{26}$', description: '"next" of the page before this one.' })
  )
})

export function alertRoutes(app: App, box: Pick<Box, 'alerts'>): void {
  app.addSchema(Alert)
  app.get(
    '/v1/alerts',
    {
      schema: {
        tags: ['box'],
        summary: 'Alerts that were sent and held back',
        description: 'Newest first. The box keeps the newest 10,000 of each; counts of all are in /health.',
        querystring: Query,
        response: {
          200: Type.Object({
            alerts: Type.Array(Type.Ref('Alert')),
            next: Maybe(Type.String({ description: 'As "before" it gives older ones; null: there are none.' }))
          }),
          ...faults(400, 401, 403)
        }
      }
    },
    ({ query }) => {
      const { limit = 50, before = null } = query
      const held = query.held === undefined ? null : isOn(query.held)
      // One more tells whether there is a next page.
      const alerts = box.alerts({ held, limit: limit + 1, before })
      return { alerts: alerts.slice(0, limit), next: alerts.length > limit ? alerts[limit - 1]!.id : null }
    }
  )
}
