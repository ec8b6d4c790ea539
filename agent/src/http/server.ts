/** The box's own interface: a page for people, and an API described by itself (`/docs`). */
import corsPlugin from '@fastify/cors'
import multipart from '@fastify/multipart'
import websocket from '@fastify/websocket'
import { type EventBody, eventWords, type Severity } from '@vedette/protocol'
import { admit } from './access.ts'
import { type App, type AppLog, asItIs, makeApp } from './app.ts'
import type { Box } from './box.ts'
import { DetectionCounts } from './detection_counts.ts'
import { metricsText } from './metrics.ts'
import { describeRoutes, openApiRoutes } from './openapi.ts'
import { RecentEvents } from './recent_events.ts'
import { type Names, type PackedFrames, Results } from './results.ts'
import { alertRoutes } from './routes/alerts.ts'
import { eventRoutes } from './routes/events.ts'
import { healthRoutes } from './routes/health.ts'
import { imageRoutes, MOST_FILES } from './routes/images.ts'
import { metricsRoutes } from './routes/metrics.ts'
import { pageRoutes } from './routes/page.ts'
import { pictureRoutes } from './routes/pictures.ts'
import { resultSocket } from './routes/result_socket.ts'
import { resultRoutes } from './routes/results.ts'
import { sessionRoutes } from './routes/session.ts'
import { socketRoutes } from './routes/sockets.ts'
import { sourceRoutes } from './routes/sources.ts'
import { type Stats, statsRoutes } from './routes/stats.ts'
import { SentBytes } from './sent_bytes.ts'
import { Sessions } from './sessions.ts'
import { Viewers } from './viewers.ts'

const METHODS = ['GET', 'HEAD', 'POST', 'DELETE']

export interface HttpOptions {
  host: string
  port: number
  prefix: string
  metricsPath: string
  metrics: boolean
  token: { reveal(): string } | null
  names: readonly string[]
  cors: readonly string[]
  maxViewers: number
  box: Box
  log: AppLog
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered without a token: it holds no data. */
    isPublic?: boolean
    /** What the parts of its form are, for the description. */
    form?: object
  }
}

export class HttpServer {
  readonly #options: HttpOptions
  readonly #results = new Results()
  readonly #counts = new DetectionCounts()
  readonly #sent = new SentBytes()
  readonly #events = new RecentEvents()
  readonly #viewerListeners = new Set<(camera: string, type: string, viewers: number) => void>()
  readonly #viewers: Viewers
  readonly #app: App

  constructor(options: HttpOptions) {
    this.#options = options
    this.#viewers = new Viewers(options.maxViewers, (camera, what, viewers) => {
      for (const listener of this.#viewerListeners) listener(camera, what, viewers)
    })
    this.#app = makeApp(options.log)
  }

  /** Resolves with the port it listens on, also when 0 was asked for. */
  async start(): Promise<number> {
    const { host, port } = this.#options
    await this.#build()
    this.#sent.watch(this.#app.server)
    try {
      await this.#app.listen({ host, port })
    } catch (error) {
      throw new Error(
        `expected a free address for http, received ${host}:${port} (${(error as Error).message}); set http.port, 0 takes any`
      )
    }
    const address = this.#app.server.address()
    return typeof address === 'object' && address !== null ? address.port : port
  }

  async stop(): Promise<void> {
    await this.#app.close()
  }

  /** What a strategy found, or the model (null), and what its numbers mean. */
  frames(frames: PackedFrames & { objects: Uint32Array }, names: Names, strategy: string | null): void {
    this.#counts.count(frames, names)
    this.#results.add(frames, names, strategy)
  }

  /** Something happened on the box. */
  event(body: EventBody, severity: Severity): void {
    const camera = 'camera' in body && body.camera !== undefined ? this.#options.box.cameraName(body.camera) : ''
    this.#events.add(body, severity, eventWords(body, camera))
  }

  async #build(): Promise<void> {
    const { box, prefix, token, names, cors, metrics, metricsPath } = this.#options
    const app = this.#app
    const sessions = new Sessions()
    const rules = { token, names, cors }
    // Before who asks is looked at: it closes the sockets of those that are refused.
    await app.register(websocket, { options: { maxPayload: 4096 } })
    // Before it too: a browser asks before it brings a token.
    if (cors.length > 0) await app.register(corsPlugin, { origin: [...cors], methods: METHODS, credentials: true })
    app.addHook('onRequest', (request, _reply, done) => {
      admit(request.headers, { rules, sessions, isPublic: request.routeOptions.config?.isPublic === true })
      done()
    })
    app.addHook('onSend', (_request, reply, payload, done) => {
      reply.header('x-content-type-options', 'nosniff').header('referrer-policy', 'no-referrer')
      if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
      done(null, payload)
    })
    const limits = { files: MOST_FILES, fields: 16, parts: MOST_FILES + 16, fieldSize: 64 * 1024, headerPairs: 64 }
    await app.register(multipart, { limits: { ...limits, fileSize: box.images.maxBytes }, throwFileSizeLimit: true })
    await describeRoutes(app, { version: box.agentVersion, prefix, needsToken: token !== null })
    await app.register(
      (scope: App, _options, done) => {
        scope.setSerializerCompiler(asItIs)
        pageRoutes(scope)
        openApiRoutes(scope)
        sessionRoutes(scope, { token, sessions, prefix })
        healthRoutes(scope, box)
        statsRoutes(scope, () => this.#stats())
        imageRoutes(scope, box.images)
        sourceRoutes(scope, box, (id) => this.#viewers.of(id))
        const looking = { box, results: this.#results, viewers: this.#viewers }
        resultRoutes(scope, looking)
        resultSocket(scope, looking)
        pictureRoutes(scope, looking)
        eventRoutes(scope, this.#events)
        alertRoutes(scope, box)
        socketRoutes(scope, {
          ...{ box, events: this.#events, stats: () => this.#stats() },
          listenViewers: (listener) => {
            this.#viewerListeners.add(listener)
            return () => void this.#viewerListeners.delete(listener)
          }
        })
        if (metrics) metricsRoutes(scope, { path: metricsPath, text: () => this.#metrics() })
        done()
      },
      { prefix }
    )
  }

  #stats(): Stats {
    const { cameras, uptimeS } = this.#options.box.metrics()
    return {
      active_streams: Object.values(cameras).filter(({ isLive }) => isLive).length,
      total_viewers: this.#viewers.total,
      total_bytes_sent: this.#sent.total,
      uptime_seconds: uptimeS
    }
  }

  async #metrics(): Promise<{ contentType: string; body: string }> {
    const { contentType, body } = await metricsText(this.#options.box.metrics(), {
      viewers: this.#viewers.total,
      bytesSent: this.#sent.total,
      connections: this.#sent.connections,
      images: this.#options.box.images.counts()
    })
    return { contentType, body: body + (await this.#counts.text()) }
  }
}
