/** `/v1/sources`: what the box looks at, and streams that are started by their address. */
import Type, { type Static } from 'typebox'
import type { App } from '../app.ts'
import type { Box } from '../box.ts'
import { faults, HttpFault } from '../fault.ts'

const Maybe = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

export const Source = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    origin: Type.Union([Type.Literal('box'), Type.Literal('api')], {
      description:
        'box: a camera of the box, from its settings or its console. api: started here, gone when the agent ends.'
    }),
    kind: Type.String(),
    url: Maybe(Type.String({ description: 'Without user and password.' })),
    state: Type.String({
      description: 'idle, connecting, live, stalled, backing_off, auth_failed, unsupported or disabled.'
    }),
    reason: Type.String({ description: 'What is wrong and what to do; empty when all is well.' }),
    since: Maybe(Type.String({ format: 'date-time' })),
    nextTryAt: Maybe(Type.String({ format: 'date-time' })),
    codec: Maybe(Type.String()),
    width: Maybe(Type.Integer()),
    height: Maybe(Type.Integer()),
    frames: Maybe(Type.Object({ decoded: Type.Integer(), analysed: Type.Integer(), dropped: Type.Integer() })),
    strategies: Type.Array(Type.String(), { description: 'Detection strategies of the box that look at it.' }),
    latencyMs: Maybe(Type.Number({ description: 'Median time from capture to result.' })),
    viewers: Type.Integer({ description: 'Who looks at it through this API.' })
  },
  { $id: 'Source' }
)
export type Source = Static<typeof Source>

const NewSource = Type.Object(
  {
    url: Type.String({
      minLength: 1,
      maxLength: 2000,
      description:
        'rtsp://, rtsps://, http:// or https://; test: is a test pattern. User and password may stand in it.',
      examples: ['rtsp://192.168.1.20:554/stream1', 'test:']
    }),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    user: Type.Optional(Type.String({ maxLength: 200 })),
    password: Type.Optional(Type.String({ maxLength: 200 })),
    transport: Type.Optional(Type.Union([Type.Literal('auto'), Type.Literal('tcp'), Type.Literal('udp')])),
    maxFps: Type.Optional(Type.Number({ minimum: 0, maximum: 120, description: 'Frames a second analysed; 0 = all.' })),
    minConfidence: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    strategies: Type.Optional(
      Type.Array(Type.String({ maxLength: 63 }), {
        maxItems: 32,
        uniqueItems: true,
        description:
          'Detection strategies of the box (detection.strategies of its settings) that look at it. Default: none.'
      })
    )
  },
  { additionalProperties: false }
)

export const ById = Type.Object({ id: Type.String({ maxLength: 100 }) })

export function sourceRoutes(app: App, box: Box, viewersOf: (id: string) => number): void {
  const view = (source: Omit<Source, 'viewers'>): Source => ({ ...source, viewers: viewersOf(source.id) })
  const one = (id: string) => {
    const source = box.sources.list().find((each) => each.id === id)
    if (!source) throw unknownSource(id)
    return view(source)
  }
  app.addSchema(Source)
  app.get(
    '/v1/sources',
    {
      schema: {
        tags: ['sources'],
        summary: 'What the box looks at',
        response: { 200: Type.Object({ sources: Type.Array(Type.Ref('Source')) }), ...faults(401, 403) }
      }
    },
    () => ({ sources: box.sources.list().map(view) })
  )
  app.post(
    '/v1/sources',
    {
      schema: {
        tags: ['sources'],
        summary: 'Start a stream by its address',
        description:
          'It runs until it is deleted, the agent ends, or the box needs its place for a camera of its own. The console is not told of it.',
        body: NewSource,
        response: { 201: Type.Ref('Source'), ...faults(400, 401, 403, 409, 413, 415, 422, 503) }
      }
    },
    (request, reply) => {
      const id = box.sources.add(request.body)
      return reply.code(201).header('location', `${box.prefix}/v1/sources/${id}`).send(one(id))
    }
  )
  app.get(
    '/v1/sources/:id',
    {
      schema: {
        tags: ['sources'],
        summary: 'One of them',
        params: ById,
        response: { 200: Type.Ref('Source'), ...faults(400, 401, 403, 404) }
      }
    },
    ({ params }) => one(params.id)
  )
  app.delete(
    '/v1/sources/:id',
    {
      schema: {
        tags: ['sources'],
        summary: 'End a stream that was started here',
        params: ById,
        response: { 204: Type.Null({ description: 'It has ended.' }), ...faults(400, 401, 403, 404, 409) }
      }
    },
    ({ params }, reply) => {
      if (one(params.id).origin === 'box') {
        throw new HttpFault(
          409,
          `expected a source that was started here, received the camera ${params.id}: it is in the settings or on the console`
        )
      }
      box.sources.remove(params.id)
      return reply.code(204).send(null)
    }
  )
}

export function unknownSource(id: string): HttpFault {
  return new HttpFault(404, `expected the id of a source in /v1/sources, received ${id.slice(0, 100)}`)
}
