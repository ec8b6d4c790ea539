/** `GET /health`: whether the box is well, for people, scripts and load balancers. */
import Type, { type Static } from 'typebox'
import type { App } from '../app.ts'
import type { Box } from '../box.ts'
import { faults } from '../fault.ts'
import { Flag, isOn } from '../flag.ts'

const Words = Type.String()

export const HealthPage = Type.Object(
  {
    status: Type.Union([Type.Literal('ok'), Type.Literal('degraded')]),
    reasons: Type.Array(Words, { description: 'Why degraded, in words.' }),
    levels: Type.Array(
      Type.Object({
        figure: Type.String({ description: 'cpu, memory, disk, temperature, gpu 0 memory, camera door …' }),
        level: Type.Union([Type.Literal('warn'), Type.Literal('bad')]),
        reason: Words,
        value: Type.Optional(Type.Number()),
        limit: Type.Optional(Type.Number()),
        unit: Type.Optional(Type.String()),
        since: Type.Optional(Type.String()),
        remedy: Type.Optional(Words)
      }),
      { description: 'Figures beyond their limits (settings: limits).' }
    ),
    box: Type.String(),
    agentVersion: Type.String(),
    uptimeS: Type.Number(),
    console: Type.Union([Type.Object({ state: Type.String(), reason: Words }), Type.Null()]),
    engine: Type.Object({ state: Type.String(), reason: Words, restarts: Type.Integer() }),
    spool: Type.Object({
      waiting: Type.Integer(),
      inMemory: Type.Integer(),
      trouble: Type.Union([Words, Type.Null()])
    }),
    desired: Type.Object({
      observed: Type.Union([Type.Integer(), Type.Null()]),
      applied: Type.Union([Type.Integer(), Type.Null()]),
      whyNotYet: Words
    }),
    alerts: Type.Object(
      {
        raised: Type.Integer(),
        sent: Type.Integer(),
        waiting: Type.Integer(),
        held: Type.Record(Type.String(), Type.Integer()),
        handlers: Type.Record(
          Type.String(),
          Type.Object({
            delivered: Type.Integer(),
            failed: Type.Integer(),
            dropped: Type.Integer(),
            waiting: Type.Integer(),
            trouble: Words
          })
        )
      },
      { description: 'Since the box began to count: raised = sent + all that is held back, by reason + waiting.' }
    ),
    strategies: Type.Record(
      Type.String(),
      Type.Object({
        state: Type.String({ description: 'starting, running or backing_off.' }),
        reason: Words,
        restarts: Type.Integer(),
        fps: Type.Number({ description: 'Frames a second that it looks at, of all its cameras.' }),
        lookMs: Type.Union([Type.Number(), Type.Null()], { description: 'Time for one frame.' }),
        dropped: Type.Integer({ description: 'Frames that it had no time for.' }),
        failed: Type.Integer(),
        found: Type.Integer()
      }),
      { description: 'Detection strategies of the box.' }
    ),
    cameras: Type.Record(
      Type.String(),
      Type.Object({ state: Type.String(), reason: Words, fps: Type.Number(), analysedFps: Type.Number() })
    )
  },
  { $id: 'Health' }
)
export type HealthPage = Static<typeof HealthPage>

const Answer = Type.Object({
  ...HealthPage.properties,
  exitCode: Type.Integer({
    description:
      'For scripts: 0 all is well; 1 degraded, but something works; 2 nothing works, because no engine runs.',
    minimum: 0,
    maximum: 2
  }),
  details: Type.Optional(
    Type.Unknown({
      description: 'With ?detailed=1: what the box reports, its statistics, its link and its last falls.'
    })
  )
})

const Query = Type.Object({
  detailed: Flag('Everything that helps to find a fault.')
})

export function healthRoutes(app: App, box: Box): void {
  app.get(
    '/health',
    {
      schema: {
        tags: ['box'],
        summary: 'Whether the box is well',
        description:
          '200 when all is well, 503 with the reasons when not. Camera addresses are shown without passwords.',
        querystring: Query,
        response: { 200: Answer, 503: Answer, ...faults(400, 401, 403) }
      }
    },
    async ({ query }, reply) => {
      const page = box.health()
      const isWell = page.status === 'ok'
      const exitCode = isWell ? 0 : page.engine.state === 'running' ? 1 : 2
      const details = isOn(query.detailed) ? { details: await box.diagnosis() } : {}
      return reply.code(isWell ? 200 : 503).send({ ...page, exitCode, ...details })
    }
  )
}
