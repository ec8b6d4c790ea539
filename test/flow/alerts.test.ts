// A box that works alone: what a camera shows becomes an alert with its picture, at a webhook in the house.
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startReceiver } from '../world/alert_receiver.ts'
import { startBox } from '../world/box.ts'
import { cacheDir, FOOTAGE } from '../world/cache.ts'
import { eventually } from '../world/wait.ts'

const LIMIT_MS = 90_000

test('somebody walks over the line: the webhook has it with the picture, and so has the file', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'vedette-alerts-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const receiver = await startReceiver(() => 1)
  onTestFinished(() => receiver.stop())
  const rule = {
    kind: 'zone-entered',
    name: 'Anywhere',
    severity: 'warning',
    zone: [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1]
    ]
  }
  const box = await startBox({
    ...{ dir, id: 'alone' },
    settings: {
      models: [join(cacheDir(), 'models/ssd-mobilenet-v2-oid-1.0.0')],
      cameras: {
        path: { name: 'Path', source: { kind: 'file', path: FOOTAGE, loop: true }, rules: { anywhere: rule } }
      },
      alerts: {
        throttle_seconds: 5,
        handlers: ['console', { kind: 'file', file: 'alerts.log' }, { name: 'webhook', config: { url: receiver.url } }]
      }
    }
  })
  onTestFinished(() => box.stop())
  const first = await eventually('an alert', LIMIT_MS, () => receiver.requests[0])
  const alert = JSON.parse(first.body)
  expect(alert).toMatchObject({
    v: 1,
    id: first.id,
    camera: { id: 'path', name: 'Path' },
    rule: { id: 'anywhere', kind: 'zone-entered' }
  })
  expect(alert.message).toMatch(/^Path: .+ came into “Anywhere”$/)
  // How a JPEG begins.
  expect([...Buffer.from(alert.picture.base64, 'base64').subarray(0, 3)]).toEqual([0xff, 0xd8, 0xff])
  await eventually('the file', LIMIT_MS, async () =>
    (await readFile(join(dir, 'alerts.log'), 'utf8').catch(() => '')).includes(first.id)
  )
  await box.process.line(/alert: Path: .+ came into/)
  const health = await eventually('the counts', LIMIT_MS, async () => {
    const page = (await (await fetch(`http://127.0.0.1:${await box.port}/health`)).json()) as {
      alerts: {
        raised: number
        sent: number
        held: Record<string, number>
        waiting: number
        handlers: Record<string, { delivered: number }>
      }
    }
    return (page.alerts.handlers.webhook?.delivered ?? 0) > 0 && page.alerts
  })
  const held = Object.values(health.held).reduce((sum, n) => sum + n, 0)
  expect(health.raised).toBe(health.sent + held + health.waiting)
})
