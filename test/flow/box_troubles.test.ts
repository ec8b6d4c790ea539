// What is wrong with a box itself reaches people: a real camera loses its power and comes back.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { startReceiver } from '../world/alert_receiver.ts'
import { startBox } from '../world/box.ts'
import { FOOTAGE } from '../world/cache.ts'
import { startCameras } from '../world/camera.ts'
import { eventually } from '../world/wait.ts'

const LIMIT_MS = 90_000

test('a camera that is without power for longer than the delay is an alert, and so is its return', {
  timeout: 3 * LIMIT_MS
}, async () => {
  const dir = await mkdtemp(join(tmpdir(), 'vedette-troubles-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const receiver = await startReceiver(() => 1)
  onTestFinished(() => receiver.stop())
  const street = await startCameras({ mounts: [{ name: 'gate', film: FOOTAGE }] })
  onTestFinished(() => street.stop())
  const box = await startBox({
    ...{ dir, id: 'alone' },
    settings: {
      cameras: { gate: { name: 'Gate', source: { kind: 'rtsp', url: street.url('gate') } } },
      alerts: {
        // A machine that is busy with tests is no trouble here.
        troubles: { cameraDownS: 2, level: 'off' },
        throttleS: 0,
        handlers: [{ kind: 'webhook', url: receiver.url, minSeverity: 'error' }]
      }
    }
  })
  onTestFinished(() => box.stop())
  await box.process.line(/"camera":"gate","state":"live"/, LIMIT_MS)
  expect(receiver.requests).toEqual([])

  await street.kill()
  const down = await eventually('an alert', LIMIT_MS, () => receiver.requests[0])
  const alert = JSON.parse(down.body)
  expect(alert).toMatchObject({
    ...{ camera: { id: 'gate', name: 'Gate' }, rule: { id: 'camera-down', kind: 'camera-down' } },
    ...{ severity: 'error', isOver: false, picture: null }
  })
  expect(alert.message).toMatch(/^Gate is down: (?!Backing off)(?!.*Next try).+/)

  const again = await startCameras({ mounts: [{ name: 'gate', film: FOOTAGE }], port: street.port })
  onTestFinished(() => again.stop())
  const back = await eventually('that it is back', LIMIT_MS, () => receiver.requests[1])
  expect(JSON.parse(back.body)).toMatchObject({ rule: { id: 'camera-down-over' }, isOver: true })
  expect(JSON.parse(back.body).message).toMatch(/^Gate is back after \d+ s$/)
})
