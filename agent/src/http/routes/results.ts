/** `GET /v1/sources/{id}/results`: what is found, as it is found, for as long as somebody reads. */
import Type from 'typebox'
import type { App } from '../app.ts'
import type { Box } from '../box.ts'
import { faults, HttpFault } from '../fault.ts'
import { isClogged, openStream } from '../open_stream.ts'
import { Outflow } from '../outflow.ts'
import { Result } from '../result.ts'
import type { Results } from '../results.ts'
import type { Viewers } from '../viewers.ts'
import { ById, unknownSource } from './sources.ts'

/** Proxies and readers give up a connection that says nothing for a minute. */
const ALIVE_MS = 15_000

const FORMATS = {
  sse: {
    type: 'text/event-stream',
    text: (result: object) => `event: result\ndata: ${JSON.stringify(result)}\n\n`,
    alive: ':\n\n'
  },
  ndjson: { type: 'application/x-ndjson', text: (result: object) => `${JSON.stringify(result)}\n`, alive: '\n' }
} as const
type Format = keyof typeof FORMATS

const Query = Type.Object({
  format: Type.Optional(
    Type.Union([Type.Literal('sse'), Type.Literal('ndjson')], { description: 'In place of the header Accept.' })
  )
})

export function resultRoutes(
  app: App,
  { box, results, viewers }: { box: Box; results: Results; viewers: Viewers }
): void {
  app.addSchema(Result)
  app.get(
    '/v1/sources/:id/results',
    {
      exposeHeadRoute: false,
      schema: {
        tags: ['sources'],
        summary: 'What is found, as it is found',
        description:
          'Server-sent events (event "result") or one JSON object a line. Whoever reads too slowly loses the oldest, and is told how many in "missed".',
        params: ById,
        querystring: Query,
        response: {
          200: {
            description: 'Until you leave.',
            content: {
              'text/event-stream': { schema: Type.String() },
              'application/x-ndjson': { schema: Type.Ref('Result') }
            }
          },
          ...faults(400, 401, 403, 404, 406, 503)
        }
      }
    },
    (request, reply) => {
      const { id } = request.params
      const { type, text, alive } = FORMATS[request.query.format ?? accepted(request.headers.accept)]
      if (!box.sources.list().some((source) => source.id === id)) throw unknownSource(id)
      const leave = viewers.join(id)
      const raw = openStream(reply, type)
      const flow = new Outflow({ write: (line) => void raw.write(line), isClogged: () => isClogged(raw) }, text)
      const deafen = results.listen(id, (result) => flow.push(result))
      raw.on('drain', () => flow.flush())
      const beat = setInterval(() => {
        if (!isClogged(raw)) raw.write(alive)
      }, ALIVE_MS)
      raw.once('close', () => {
        clearInterval(beat)
        deafen()
        leave()
      })
    }
  )
}

function accepted(accept = '*/*'): Format {
  if (accept.includes('text/event-stream')) return 'sse'
  if (accept.includes('ndjson') || accept.includes('jsonl') || accept.includes('*/*')) return 'ndjson'
  throw new HttpFault(406, 'expected Accept: text/event-stream or application/x-ndjson')
}
