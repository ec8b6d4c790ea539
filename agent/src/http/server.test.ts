import { expect, onTestFinished, test } from 'vitest'
import type { BoxMetrics } from './metrics.ts'
import { type HealthPage, startHttp } from './server.ts'

const health: HealthPage = {
  status: 'ok',
  reasons: [],
  box: 'box-1',
  agentVersion: '0.1.0',
  uptimeS: 5,
  console: null,
  engine: { state: 'running', reason: '', restarts: 0 },
  spool: { waiting: 0, inMemory: 0, trouble: null },
  desired: { observed: null, applied: null, whyNotYet: '' },
  cameras: {}
}
const metrics: BoxMetrics = {
  isOnline: true,
  engineRestarts: 2,
  engineIsRunning: true,
  spoolWaiting: 3,
  dropped: 0,
  refusedMessages: 1,
  agentRssBytes: 1000,
  inferMs: null,
  cameras: {
    door: {
      isLive: true,
      framesDecoded: 10,
      framesAnalysed: 9,
      framesDropped: 1,
      ptsGaps: 2,
      longestGapMs: 45.5,
      latencyMsP50: 12
    }
  }
}

async function start(page: HealthPage) {
  const http = await startHttp({ host: '127.0.0.1', port: 0, health: () => page, metrics: () => metrics })
  onTestFinished(() => http.stop())
  return `http://127.0.0.1:${http.port}`
}

test('health answers 200 when all is well and 503 with reasons when not', async () => {
  const well = await fetch(`${await start(health)}/health`)
  expect([well.status, await well.json()]).toEqual([200, health])
  const ill = await fetch(`${await start({ ...health, status: 'degraded', reasons: ['the disk is full'] })}/health`)
  expect([ill.status, await ill.json()]).toMatchObject([503, { reasons: ['the disk is full'] }])
})

test('metrics are for Prometheus, the same at every look and of this agent alone', async () => {
  const [one, other] = [await start(health), await start(health)]
  const text = await (await fetch(`${one}/metrics`)).text()
  expect(text).toContain('vedette_engine_restarts_total 2')
  expect(text).toContain('vedette_camera_frames_decoded_total{camera="door"} 10')
  expect(text).toContain('vedette_camera_pts_gaps_total{camera="door"} 2')
  expect(text).toContain('vedette_camera_longest_gap_milliseconds{camera="door"} 45.5')
  expect(await (await fetch(`${one}/metrics`)).text()).toBe(text)
  expect(await (await fetch(`${other}/metrics`)).text()).toBe(text)
})

test('a port in use is said with the setting to change', async () => {
  const port = Number(new URL(await start(health)).port)
  const second = startHttp({ host: '127.0.0.1', port, health: () => health, metrics: () => metrics })
  await expect(second).rejects.toThrow(`127.0.0.1:${port}`)
})
