/** `GET /metrics` (http.metricsPath), for Prometheus. The names are a table in agent/README.md. */
import Type from 'typebox'
import type { App } from '../app.ts'
import { faults } from '../fault.ts'

export function metricsRoutes(
  app: App,
  { path, text }: { path: string; text(): Promise<{ contentType: string; body: string }> }
): void {
  app.get(
    path,
    {
      schema: {
        tags: ['box'],
        summary: 'Metrics for Prometheus',
        produces: ['text/plain'],
        response: {
          200: { content: { 'text/plain': { schema: Type.String() } }, description: 'The text format of Prometheus.' },
          ...faults(401, 403)
        }
      }
    },
    async (_request, reply) => {
      const { contentType, body } = await text()
      return reply.type(contentType).send(body)
    }
  )
}
