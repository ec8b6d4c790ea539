import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { type Answers, BoxApi } from './box_api.ts'
import { boxView, type CameraRow } from './box_view.ts'
import { shown, type Wanted } from './camera_order.ts'
import { plainLine } from './plain_line.ts'
import { samples } from './prometheus_text.ts'
import { firstScreen, type Key, pressed, type ScreenState } from './screen_keys.ts'

const health = {
  status: 'degraded',
  reasons: ['Camera yard is stalled. No frame for 12 s.'],
  ...{ box: 'box-1', agentVersion: '0.1.0', uptimeS: 90, console: null },
  engine: { state: 'running', reason: '', restarts: 0 },
  spool: { waiting: 4, inMemory: 0 },
  alerts: { sent: 3, waiting: 0, held: { throttle: 30, burst: 11 } },
  cameras: {
    door: { state: 'live', reason: '', fps: 24, analysedFps: 12 },
    yard: { state: 'stalled', reason: 'No frame for 12 s.', fps: 0, analysedFps: 0 }
  }
}

test('a Prometheus page is read with its labels, whatever is in them', () => {
  const text = [
    '# HELP vedette_camera_fps Decoded frames a second',
    'vedette_camera_fps{camera="door"} 24.5',
    String.raw`vedette_gpu_busy_ratio{gpu="0",name="A \"10\" \\ {x}"} 0.5`,
    'vedette_uptime_seconds 5',
    'vedette_x +Inf',
    ''
  ].join('\n')
  expect(samples(text)).toEqual([
    { name: 'vedette_camera_fps', labels: { camera: 'door' }, value: 24.5 },
    { name: 'vedette_gpu_busy_ratio', labels: { gpu: '0', name: 'A "10" \\ {x}' }, value: 0.5 },
    { name: 'vedette_uptime_seconds', labels: {}, value: 5 },
    { name: 'vedette_x', labels: {}, value: Number.POSITIVE_INFINITY }
  ])
})

test('frame rates are of the time between two looks, and the means of the box at the first', () => {
  const first = boxView(answers(100), null, 0)
  expect(first.cameras[0]).toMatchObject({
    id: 'door',
    fps: 24,
    analysedFps: 12,
    dropsPerS: 0,
    latencyMs: 61,
    ageMs: 30
  })
  const second = boxView(answers(150), { atMs: 0, samples: answers(100).samples }, 2000)
  expect(second.cameras[0]).toMatchObject({ fps: 25, dropsPerS: 5 })
  const restarted = boxView(answers(3), { atMs: 0, samples: answers(100).samples }, 2000)
  expect(restarted.cameras[0]?.fps).toBe(24)
})

test('a look fits into one line, with what is wrong at its end', () => {
  expect(plainLine(boxView(answers(100), null, 0))).toBe(
    '1970-01-01T00:00:00.000Z  degraded  cameras 1/2  fps 24.0  analysed 12.0  latency 61 ms  drops 0.0/s  cpu 50 %  mem 25 %  spool 4  Camera yard is stalled. No frame for 12 s.'
  )
})

test.each<[string, Partial<Wanted>, string[]]>([
  ['by name', {}, ['a', 'b', 'c']],
  ['what needs a person first', { order: 'state' }, ['c', 'b', 'a']],
  ['the slowest first', { order: 'fps' }, ['c', 'b', 'a']],
  ['the latest first', { order: 'latency' }, ['b', 'a', 'c']],
  ['turned round', { isReversed: true }, ['c', 'b', 'a']],
  ['by part of a reason', { filter: 'PASSWORD' }, ['c']],
  ['by state, as it is shown', { filter: 'auth f' }, ['c']],
  ['those that are not live', { onlyNotLive: true }, ['b', 'c']]
])('cameras are shown %s', (_, wanted, expected) => {
  const cameras = [
    row('a', { state: 'live', fps: 25, latencyMs: 50 }),
    row('b', { state: 'stalled', fps: 1, latencyMs: 900 }),
    row('c', { state: 'auth_failed', reason: 'Enter user and password again.' })
  ]
  expect(shown(cameras, { ...firstScreen, ...wanted }).map(({ id }) => id)).toEqual(expected)
})

test('keys sort, filter, scroll inside what there is, and letters are text while a filter is typed', () => {
  expect(after('s', 's').order).toBe('fps')
  expect(after('s', 's', 's', 's', 's', 's').order).toBe('name')
  expect(after('/', 'q', 's', key('return'))).toMatchObject({ filter: 'qs', isTyping: false, order: 'name' })
  expect(after('/', 'a', 'b', key('backspace'))).toMatchObject({ filter: 'a', isTyping: true })
  expect(after('/', 'a', key('escape'))).toMatchObject({ filter: '', isTyping: false })
  expect(after(key('down'), key('down'), key('up')).scrolled).toBe(1)
  expect(after(key('pageDown'), key('pageDown'), key('pageDown')).scrolled).toBe(20)
  expect(after(key('up')).scrolled).toBe(0)
  expect(after('?').hasHelp).toBe(true)
  expect(after('?', 's')).toMatchObject({ hasHelp: false, order: 'name' })
})

test('a box that is not there, or wants a token, is told in words with what to do', async () => {
  const closed = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => closed.once('listening', resolve))
  const free = `http://127.0.0.1:${(closed.address() as { port: number }).port}`
  await new Promise((resolve) => closed.close(resolve))
  const nobody = new BoxApi({ url: free, metricsPath: '/metrics', token: null })
  await expect(nobody.look(AbortSignal.timeout(9000))).rejects.toThrow(
    `Nothing listens at ${free}: is the agent running there? Give --url, or --config FILE of the box.`
  )
  const server = createServer((_, answer) => answer.writeHead(401).end()).listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  const shut = new BoxApi({ url, metricsPath: '/metrics', token: null })
  await expect(shut.look(AbortSignal.timeout(9000))).rejects.toThrow(/wants its token: give --config FILE/)
})

function answers(decoded: number): Answers {
  const text = [
    `vedette_camera_frames_decoded_total{camera="door"} ${decoded}`,
    `vedette_camera_frames_dropped_total{camera="door"} ${(decoded - 100) / 5 + 20}`,
    'vedette_camera_latency_p50_seconds{camera="door"} 0.061',
    'vedette_camera_last_frame_age_seconds{camera="door"} 0.03',
    'vedette_host_cpu_ratio 0.5',
    'vedette_host_memory_used_bytes 1',
    'vedette_host_memory_size_bytes 4'
  ]
  return { health, samples: samples(text.join('\n')), events: [] }
}

function row(id: string, of: Partial<CameraRow>): CameraRow {
  const none = { fps: 0, analysedFps: 0, dropsPerS: 0, latencyMs: null, latencyMsP99: null, ageMs: null }
  return { id, state: 'live', reason: '', ...none, ...of }
}

function key(name: Key['name']): Key {
  return { input: '', name }
}

function after(...keys: (string | Key)[]): ScreenState {
  const page = { rows: 10, cameras: 30 }
  const typed = keys.map((each) => (typeof each === 'string' ? { input: each, name: null } : each))
  return typed.reduce((state, each) => pressed(state, each, page), firstScreen)
}
