import { expect, test } from 'vitest'
import { get, startApi, well } from './testing/api.ts'

test('health answers 200 when all is well and 503 with reasons when not, and says so to scripts', async () => {
  const [, page] = await get(await startApi(), '/health')
  expect(page).toEqual({ ...well, exitCode: 0 })
  const ill = { ...well, status: 'degraded' as const, reasons: ['The disk is full.'] }
  const [status, told] = await get(await startApi({ health: () => ill }), '/health?detailed=1')
  expect([status, told]).toMatchObject([503, { reasons: ['The disk is full.'], exitCode: 1, details: { crashes: [] } }])
  const down = { ...ill, engine: { ...well.engine, state: 'backing_off' } }
  expect(await get(await startApi({ health: () => down }), '/health/')).toMatchObject([503, { exitCode: 2 }])
})

test('metrics are the same at every look and of this agent alone', async () => {
  const [one, other] = [await startApi(), await startApi()]
  const [, text] = await get(one, '/metrics')
  expect(text).toContain('vedette_engine_restarts_total 2')
  expect(text).toContain('vedette_camera_frames_decoded_total{camera="door"} 10')
  expect(text).toContain('vedette_camera_pts_gaps_total{camera="door"} 2')
  expect(text).toContain('vedette_camera_longest_gap_seconds{camera="door"} 0.0455')
  expect(text).not.toContain('vedette_camera_latency_p99_seconds{')
  const changing = /^vedette_api_.*\n/gm
  expect(String((await get(one, '/metrics'))[1]).replaceAll(changing, '')).toBe(String(text).replaceAll(changing, ''))
  expect(String((await get(other, '/metrics'))[1]).replaceAll(changing, '')).toBe(String(text).replaceAll(changing, ''))
})

test('a port in use is said with the setting to change', async () => {
  const port = Number(new URL((await startApi()).url).port)
  await expect(startApi({}, { port })).rejects.toThrow(`127.0.0.1:${port}`)
})

test('stats have the names that users of media servers know', async () => {
  const api = await startApi()
  await get(api, '/health')
  const [status, stats] = await get(api, '/stats')
  expect([status, stats]).toEqual([
    200,
    { active_streams: 1, total_viewers: 0, total_bytes_sent: expect.any(Number), uptime_seconds: 5 }
  ])
  expect((stats as { total_bytes_sent: number }).total_bytes_sent).toBeGreaterThan(200)
})

test('a prefix stands before every path, in the description too', async () => {
  const api = await startApi({}, { prefix: '/vedette', metricsPath: '/prometheus' })
  expect((await get(api, '/health'))[0]).toBe(404)
  expect((await get(api, '/vedette/health'))[0]).toBe(200)
  expect((await get(api, '/vedette/prometheus'))[0]).toBe(200)
  const [, openapi] = await get(api, '/vedette/openapi.json')
  expect(openapi).toMatchObject({ servers: [{ url: '/vedette' }] })
  expect(Object.keys((openapi as { paths: object }).paths)).toContain('/prometheus')
})

test('the page that tries the API comes whole from the box', async () => {
  const api = await startApi()
  const page = await (await fetch(`${api.url}/docs`)).text()
  const parts = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path!)
  expect(parts).toHaveLength(3)
  for (const path of parts) {
    expect(path).not.toContain('://')
    const answer = await fetch(`${api.url}/${path}`)
    expect([path, answer.status, (await answer.arrayBuffer()).byteLength > 100]).toEqual([path, 200, true])
  }
})

test('what fails inside is said without its words, which go to the log', async () => {
  const api = await startApi({ diagnosis: () => Promise.reject(new Error('/var/secret is broken')) })
  const [status, fault] = await get(api, '/health?detailed=1')
  expect([status, JSON.stringify(fault)]).toEqual([500, expect.not.stringContaining('secret')])
  expect(api.logged.join('\n')).toContain('/var/secret is broken')
})

test('metrics that are switched off are not there', async () => {
  const [status] = await get(await startApi({}, { metrics: false }), '/metrics')
  expect(status).toBe(404)
})

test('alerts come a page at a time, and the last page says so', async () => {
  const all = Array.from({ length: 3 }, (_, i) => ({
    ...{ id: `01KAK3Q2ZC8V0V7TQW5B0R3N4${9 - i}`, at: '2026-11-22T03:00:00.000Z' },
    ...{ outcome: 'burst' as const, why: 'burst' },
    ...{ decidedAt: '2026-11-22T03:00:01.000Z', severity: 'info', isOver: false, camera: null, label: null },
    ...{ rule: { id: 'gate', name: 'Gate', kind: 'line-crossed' }, message: '', groupedCount: 0, heldBack: {} }
  }))
  const asked: object[] = []
  const api = await startApi({
    alerts(query) {
      asked.push(query)
      const { before } = query
      return all.filter(({ id }) => before === null || id < before).slice(0, query.limit)
    }
  })
  expect(await get(api, '/v1/alerts?held=1&limit=2')).toEqual([200, { alerts: all.slice(0, 2), next: all[1]!.id }])
  expect(await get(api, `/v1/alerts?limit=2&before=${all[1]!.id}`)).toEqual([200, { alerts: [all[2]], next: null }])
  expect(asked).toMatchObject([{ held: true }, { held: null }])
  expect((await get(api, '/v1/alerts?before=yesterday'))[0]).toBe(400)
})
