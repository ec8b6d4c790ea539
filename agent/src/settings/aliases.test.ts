import { expect, test } from 'vitest'
import { settingsFrom } from '../settings.ts'
import { ALIASES } from './aliases.ts'
import { fileLayer } from './file_layer.ts'
import { SettingsFile } from './schema.ts'
import { type Shape, shapeUnder } from './schema_shape.ts'

function read(text: string) {
  const reading = settingsFrom({ files: [fileLayer(text, 'app.yaml')], environment: {}, directory: '/' })
  const lines = (told: typeof reading.problems) => told.map(({ where, message }) => `${where}: ${message}`)
  return { settings: reading.settings, wrong: lines(reading.problems), warned: lines(reading.warnings) }
}

test('a configuration of a DeepStream application is read as it is', () => {
  const { settings, wrong, warned } = read(`
pipeline:
  batch_size: 4
  width: 1920
  height: 1080
  fps: 30
  buffer_pool_size: 10
  enable_gpu_inference: true
  batch_timeout_ms: 40
  num_decode_surfaces: 16
detection:
  confidence_threshold: 0.7
  nms_threshold: 0.5
  max_objects: 100
  tensor_rt_precision: fp16
  max_batch_size: 8
monitoring:
  metrics_enabled: true
  health_check_interval: 30
  profiling_enabled: false
  cpu_affinity: [0, 1, 2, 3]
  thread_pool_size: 4
  prometheus:
    enabled: true
    port: 8000
    path: /metrics
`)
  expect(wrong).toEqual([])
  expect(settings?.pipeline).toMatchObject({
    batchSize: 4,
    width: 1920,
    height: 1080,
    maxFps: 30,
    bufferPoolSize: 10,
    family: 'auto',
    batchTimeoutMs: 40,
    extraSurfaces: 16,
    cpuAffinity: [0, 1, 2, 3],
    inferThreads: 4
  })
  expect(settings?.detection).toEqual({
    confidence: 0.7,
    nmsIou: 0.5,
    maxObjects: 100,
    precision: 'fp16',
    strategies: [],
    maxBatch: 8
  })
  expect(settings?.http).toMatchObject({ port: 8000, metricsPath: '/metrics', metrics: true })
  expect(settings?.healthIntervalS).toBe(30)
  expect(warned).toEqual([
    expect.stringMatching(/^app.yaml:20: monitoring.profiling_enabled has no effect: .*benchmark/)
  ])
})

test('a size for processing decides over the size of the pictures, and says so', () => {
  const { settings, warned } = read(
    'pipeline:\n  width: 1920\n  height: 1080\n  processing_width: 1280\n  processing_height: 720\n'
  )
  expect(settings?.pipeline).toMatchObject({ width: 1280, height: 720 })
  expect(warned).toEqual([
    'app.yaml:2: pipeline.width 1920 has no effect: pipeline.processing_width 1280 (app.yaml:4) decides',
    'app.yaml:3: pipeline.height 1080 has no effect: pipeline.processing_height 720 (app.yaml:5) decides'
  ])
})

test('two names of one setting may agree, and are refused by both lines when they do not', () => {
  expect(read('http: { port: 9000 }\nmonitoring: { prometheus: { port: 9000 } }').wrong).toEqual([])
  expect(read('http: { port: 9000 }\nmonitoring:\n  prometheus: { port: 8000 }').wrong).toEqual([
    'app.yaml:3: monitoring.prometheus.port is 8000, but http.port (app.yaml:1) is 9000: they are two names of one setting, leave one out'
  ])
  expect(read('monitoring:\n  metrics_enabled: true\n  prometheus:\n    enabled: false').wrong).toEqual([
    expect.stringContaining('app.yaml:4: monitoring.prometheus.enabled is false, but http.metrics (app.yaml:2) is true')
  ])
})

test('inference without a GPU is another family', () => {
  expect(read('pipeline: { enable_gpu_inference: false }').settings?.pipeline.family).toBe('cpu')
  expect(read('pipeline: { enable_gpu_inference: true, family: deepstream }').wrong).toEqual([])
  expect(read('pipeline: { enable_gpu_inference: true, family: cpu }').wrong).toHaveLength(1)
})

test('a wrong value is told by the line of the name that was used', () => {
  expect(read('detection:\n  confidence_threshold: 70\n').wrong).toEqual([
    expect.stringMatching(/^app.yaml:2: settings: expected a number .* received 70$/)
  ])
  expect(read('pipeline:\n  batchsize: 3\n').wrong).toEqual([
    'app.yaml:2: unknown key "pipeline.batchsize": did you mean "batchSize"?'
  ])
})

test('every other name leads to a setting that there is', () => {
  const keys = ALIASES.flatMap((alias) => ('key' in alias ? [alias.key] : []))
  const lost = keys.filter(
    (key) =>
      !key
        .split('.')
        .reduce<Shape | undefined>(
          (at, part) => at && shapeUnder(at, part, part === '*' ? [] : {}),
          SettingsFile as unknown as Shape
        )
  )
  expect([keys.length > 10, lost]).toEqual([true, []])
})

test('alerts are read as the source documents write them, handlers by name alone or with their config', () => {
  const { settings, wrong } = read(`
dataDir: /var/lib/vedette
alerts:
  enabled: true
  throttle_seconds: 30
  burst_threshold: 4
  max_alerts_per_minute: 20
  handlers:
    - console
    - name: file
      enabled: true
      config:
        log_file: logs/alerts.log
        max_size_mb: 100
    - name: webhook
      config: { url: 'https://example.com/x?key=s3cret', timeout: 20s }
    - { kind: webhook, enabled: false, url: 'https://example.com/' }
`)
  expect(wrong).toEqual([])
  expect(settings?.alerts.limits).toEqual({ enabled: true, throttleS: 30, burstThreshold: 4, maxPerMinute: 20 })
  expect(settings?.alerts.handlers).toMatchObject([
    { kind: 'console', name: 'console', minSeverity: 'debug' },
    { kind: 'file', file: expect.stringMatching(/\/logs\/alerts\.log$/), maxBytes: 104_857_600, sync: 'each' },
    { kind: 'webhook', name: 'webhook', timeoutMs: 20_000, secret: null, takesPicture: true }
  ])
  expect(JSON.stringify(settings)).not.toContain('s3cret')
})

test.each([
  ['- webhook', /^app.yaml:\d+: .*alerts\/handlers\/0/],
  ['- carrier-pigeon', /^app.yaml:\d+: .*alerts\/handlers\/0/],
  ['- { name: file, config: { log_fil: x } }', /unknown key "alerts.handlers.0.log_fil": expected one of kind, .*file/],
  ['- { kind: webhook, url: "http://me:pw@example.com/" }', /without user and password/],
  ['- { kind: mqtt, url: "mqtt://x", topic: "a/#" }', /topic/]
])('a handler such as %s is refused by its place', (handler, message) => {
  const { settings, wrong } = read(`alerts:\n  handlers:\n    ${handler}\n`)
  expect(settings).toBeNull()
  expect(wrong.join('\n')).toMatch(message)
})

test('two handlers of a kind are told apart', () => {
  const { settings } = read('alerts: { handlers: [console, console, { kind: file, name: console }] }')
  expect(settings?.alerts.handlers.map(({ name }) => name)).toEqual(['console', 'console-2', 'console-3'])
})
