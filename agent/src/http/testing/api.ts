/** The HTTP interface of a box that is not there, on a port of its own. */
import { onTestFinished } from 'vitest'
import type { Box, ImageBox } from '../box.ts'
import { HttpFault } from '../fault.ts'
import type { BoxMetrics } from '../metrics.ts'
import type { HealthPage } from '../routes/health.ts'
import { type HttpOptions, HttpServer } from '../server.ts'

export const well: HealthPage = {
  status: 'ok',
  reasons: [],
  levels: [],
  box: 'box-1',
  agentVersion: '0.1.0',
  uptimeS: 5,
  console: null,
  engine: { state: 'running', reason: '', restarts: 0 },
  spool: { waiting: 0, inMemory: 0, trouble: null },
  desired: { observed: null, applied: null, whyNotYet: '' },
  alerts: { raised: 0, sent: 0, waiting: 0, held: {}, handlers: {} },
  strategies: {},
  cameras: {}
}

export const metrics: BoxMetrics = {
  isOnline: true,
  engineRestarts: 2,
  engineIsRunning: true,
  spoolWaiting: 3,
  dropped: 0,
  refusedMessages: 1,
  agentRssBytes: 1000,
  engineRssBytes: null,
  inferMs: null,
  uptimeS: 5,
  host: {
    cpuPercent: 40,
    memoryUsedBytes: 1,
    memoryTotalBytes: 2,
    diskUsedBytes: 1,
    diskTotalBytes: 2,
    temperatureC: null,
    gpus: [{ name: 'Orin', percent: 30, memoryUsedBytes: 1, memoryTotalBytes: null }]
  },
  cameras: {
    door: {
      isLive: true,
      fps: 25,
      analysedFps: 24.5,
      framesDecoded: 10,
      framesAnalysed: 9,
      framesDropped: 1,
      ptsGaps: 2,
      longestGapMs: 45.5,
      latencyMsP50: 12,
      latencyMsP99: null,
      lastFrameAgeMs: null
    }
  },
  alerts: {
    raised: 44,
    sent: 3,
    waiting: 0,
    held: { throttle: 30, burst: 11 },
    handlers: { webhook: { delivered: 2, failed: 0, dropped: 0, waiting: 1 } }
  }
}

export const noImages: ImageBox = {
  maxBytes: 100_000,
  model: () => null,
  admit: () => () => undefined,
  infer: () => Promise.reject(new HttpFault(503, 'This box runs no model.', 60)),
  draw: async (jpeg) => jpeg,
  counts: () => ({ waiting: 0, inferred: 0, failed: 0, refused: 0 })
}

export const door: ReturnType<Box['sources']['list']>[number] = {
  id: 'door',
  name: 'Front door',
  origin: 'box',
  kind: 'rtsp',
  url: 'rtsp://192.168.1.20/stream1',
  state: 'live',
  reason: '',
  since: '2026-11-21T10:00:00.000Z',
  nextTryAt: null,
  codec: 'h264',
  width: 1920,
  height: 1080,
  frames: { decoded: 10, analysed: 9, dropped: 1 },
  strategies: [],
  latencyMs: 12
}

export interface TestApi {
  url: string
  server: HttpServer
  /** What it complained about. */
  logged: string[]
}

export async function startApi(box: Partial<Box> = {}, options: Partial<HttpOptions> = {}): Promise<TestApi> {
  const logged: string[] = []
  const server = new HttpServer({
    host: '127.0.0.1',
    port: 0,
    prefix: '',
    metricsPath: '/metrics',
    metrics: true,
    token: null,
    names: [],
    cors: [],
    maxViewers: 2,
    box: {
      id: 'box-1',
      name: 'Box',
      agentVersion: '0.1.0',
      cameraName: (id) => (id === door.id ? door.name : id),
      health: () => well,
      diagnosis: async () => ({ crashes: [] }),
      metrics: () => metrics,
      alerts: () => [],
      prefix: '',
      sources: { list: () => [door], add: () => 'door', remove: () => undefined },
      tap: () => ({ close: () => undefined }),
      snapshot: () => Promise.reject(new HttpFault(503, 'No picture came.')),
      images: noImages,
      ...box
    },
    log: { error: (details, message) => logged.push(`${message} ${JSON.stringify(details)}`) },
    ...options
  })
  const port = await server.start()
  onTestFinished(() => server.stop())
  return { url: `http://127.0.0.1:${port}`, server, logged }
}

/** Status and body, read as its type says. */
export async function get({ url }: TestApi, path: string, init: RequestInit = {}): Promise<[number, unknown]> {
  const answer = await fetch(url + path, init)
  const isJson = answer.headers.get('content-type')?.startsWith('application/json')
  return [answer.status, isJson ? await answer.json() : await answer.text()]
}
