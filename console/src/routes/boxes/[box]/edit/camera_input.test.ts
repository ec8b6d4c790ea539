import { expect, test } from 'vitest'
import { cameraInput } from './camera_input.ts'

function form(fields: [string, string][]): FormData {
  const data = new FormData()
  const usual: [string, string][] = [
    ['name', ' Door '],
    ['enabled', 'on'],
    ['kind', 'rtsp'],
    ['rtsp.url', 'rtsp://10.0.0.9/live'],
    ['rtsp.transport', 'tcp'],
    ['rtsp.latencyMs', '200'],
    ['detection.enabled', 'on'],
    ['detection.maxFps', '5'],
    ['detection.motion', 'on'],
    ['detection.minConfidence', '40']
  ]
  const names = new Set(fields.map(([name]) => name))
  for (const [name, value] of [...usual.filter(([name]) => !names.has(name)), ...fields]) data.append(name, value)
  return data
}

test('a whole form becomes a camera', () => {
  expect(cameraInput(form([]))).toEqual({
    name: 'Door',
    enabled: true,
    source: { kind: 'rtsp', url: 'rtsp://10.0.0.9/live', transport: 'tcp', latencyMs: 200 },
    credential: { action: 'keep' },
    detection: { enabled: true, maxFps: 5, motion: 'auto', minConfidence: 0.4, classes: [] },
    frames: 'leased'
  })
})

test('a password is taken as typed, spaces and all', () => {
  const input = cameraInput(
    form([
      ['credential.user', 'admin'],
      ['credential.password', ' a b ']
    ])
  )
  expect(input.credential).toEqual({ action: 'set', user: 'admin', password: ' a b ' })
})

test('clearing wins over what was typed', () => {
  const input = cameraInput(
    form([
      ['credential.user', 'admin'],
      ['credential.clear', 'on']
    ])
  )
  expect(input.credential).toEqual({ action: 'clear' })
})

test('ticked and typed classes are joined, each once', () => {
  const input = cameraInput(
    form([
      ['detection.classes', 'person'],
      ['detection.classes', 'car'],
      ['detection.classes', 'car, forklift,']
    ])
  )
  expect(input.detection.classes).toEqual(['person', 'car', 'forklift'])
})

test('strategies are left to the box unless some are chosen, or none', () => {
  const strategiesOf = (fields: [string, string][]) => cameraInput(form(fields)).detection.strategies
  const ticked: [string, string] = ['detection.strategy', 'colour']
  expect(strategiesOf([])).toBeUndefined()
  expect(strategiesOf([['detection.whichStrategies', 'all'], ticked])).toBeUndefined()
  expect(strategiesOf([['detection.whichStrategies', 'chosen'], ticked])).toEqual(['colour'])
  expect(strategiesOf([['detection.whichStrategies', 'chosen']])).toEqual([])
})

test('only the fields of the chosen kind are read', () => {
  const input = cameraInput(
    form([
      ['kind', 'file'],
      ['file.path', '/footage/a.mp4'],
      ['file.loop', 'on']
    ])
  )
  expect(input.source).toEqual({ kind: 'file', path: '/footage/a.mp4', loop: true })
})

test('an empty jitter buffer is left to the box', () => {
  const latencyOf = (typed: string) => {
    const { source } = cameraInput(
      form([
        ['kind', 'rtsp'],
        ['rtsp.url', 'rtsp://10.0.0.9/live'],
        ['rtsp.latencyMs', typed]
      ])
    )
    return 'latencyMs' in source ? source.latencyMs : 'left to the box'
  }
  expect([latencyOf(''), latencyOf('0'), latencyOf('fast')]).toEqual(['left to the box', 0, Number.NaN])
})

test('an address for detection goes along only when there is one', () => {
  const detectUrl = 'rtsp://10.0.0.9/small'
  expect(cameraInput(form([['rtsp.detectUrl', ` ${detectUrl} `]])).source).toMatchObject({ detectUrl })
  expect(cameraInput(form([['rtsp.detectUrl', '']])).source).not.toHaveProperty('detectUrl')
})

test('a film is played like a camera unless every frame of it is asked for', () => {
  const film: [string, string][] = [
    ['kind', 'http'],
    ['http.url', 'https://example.net/a.mp4']
  ]
  expect(cameraInput(form(film)).source).not.toHaveProperty('policy')
  expect(cameraInput(form([...film, ['http.policy', 'every-frame']])).source).toMatchObject({ policy: 'every-frame' })
})

test('an empty number is not zero', () => {
  expect(cameraInput(form([['detection.maxFps', '']])).detection.maxFps).toBeNaN()
})
