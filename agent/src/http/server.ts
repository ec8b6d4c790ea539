/** The box's own page for machines: /health and /metrics, on loopback. */
import { fastify } from 'fastify'
import { type BoxMetrics, metricsText } from './metrics.ts'

export interface HealthPage {
  status: 'ok' | 'degraded'
  /** Why degraded, in words. */
  reasons: string[]
  box: string
  agentVersion: string
  uptimeS: number
  console: { state: string; reason: string } | null
  engine: { state: string; reason: string; restarts: number }
  spool: { waiting: number; inMemory: number; trouble: string | null }
  desired: { observed: number | null; applied: number | null; whyNotYet: string }
  cameras: Record<string, { state: string; reason: string; fps: number; analysedFps: number }>
}

export interface HttpOptions {
  host: string
  port: number
  health(): HealthPage
  metrics(): BoxMetrics
}

export interface HttpServer {
  /** The port it listens on, also when 0 was asked for. */
  port: number
  stop(): Promise<void>
}

export async function startHttp(options: HttpOptions): Promise<HttpServer> {
  const app = fastify({ forceCloseConnections: true })
  app.get('/health', (_request, reply) => {
    const health = options.health()
    return reply.code(health.status === 'ok' ? 200 : 503).send(health)
  })
  app.get('/metrics', async (_request, reply) => {
    const { contentType, body } = await metricsText(options.metrics())
    return reply.type(contentType).send(body)
  })
  try {
    await app.listen({ host: options.host, port: options.port })
  } catch (error) {
    const where = `${options.host}:${options.port}`
    throw new Error(
      `expected a free address for http, received ${where} (${(error as Error).message}); set http.port, 0 takes any`
    )
  }
  const address = app.server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : options.port,
    stop: () => app.close()
  }
}
