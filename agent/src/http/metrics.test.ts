import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { encodeFrame, packFrames } from '../uplink/testing/encoded_frame.ts'
import { DetectionCounts } from './detection_counts.ts'
import { metricsText } from './metrics.ts'
import { metrics } from './testing/api.ts'

const api = { viewers: 1, bytesSent: 5, connections: 2, images: { waiting: 0, inferred: 1, failed: 0, refused: 0 } }
const whole = { ...metrics, inferMs: 12, engineRssBytes: 5, host: { ...metrics.host!, temperatureC: 40 } }
whole.host.gpus = [{ name: 'Orin', percent: 30, memoryUsedBytes: 1, memoryTotalBytes: 2 }]
whole.cameras = { door: { ...metrics.cameras.door!, latencyMsP99: 40, lastFrameAgeMs: 20 } }
const names = { cameraAt: (index: number) => ['door', 'yard'][index] ?? null, classes: ['person', 'car'], model: null }

/** One frame with objects of these classes and confidences. */
function seen(camera: number, found: [label: number, confidence: number][]) {
  const objects = found.map(([label, confidence]) => ({
    track: 1,
    label,
    confidence,
    box: [0, 0, 1, 1] as [number, number, number, number]
  }))
  return packFrames([{ camera, bytes: encodeFrame(camera, 1, objects), objects: objects.length }])
}

async function everything(): Promise<string> {
  const counts = new DetectionCounts()
  await counts.text()
  counts.count(seen(0, [[1, 0.91]]), names)
  return (await metricsText(whole, api)).body + (await counts.text())
}

test('every series is in the table of the README, and the table has no other', async () => {
  const shown = [...(await everything()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name)
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const listed = [...readme.matchAll(/`(vedette_\w+)`/g)].map(([, name]) => name)
  expect(listed.toSorted()).toEqual(shown.toSorted())
})

const promtool = spawnSync('promtool', ['--version']).status === 0

test('promtool has nothing to say against the page', { skip: !promtool }, async () => {
  const checked = spawnSync('promtool', ['check', 'metrics'], { input: await everything(), encoding: 'utf8' })
  expect([checked.status, checked.stdout + checked.stderr]).toEqual([0, ''])
})

test('objects and confidences are counted while somebody looks, in a bounded number of series', async () => {
  const counts = new DetectionCounts()
  const one = seen(1, [
    [0, 0.55],
    [9, 0.2]
  ])
  const carriedOn = seen(1, [[0, 0]])
  counts.count(one, names)
  expect(await counts.text()).not.toContain('vedette_objects_total{')
  counts.count(one, names)
  counts.count(carriedOn, names)
  const text = await counts.text()
  expect(text).toContain('vedette_objects_total{camera="yard",class="person"} 2')
  expect(text).toContain('vedette_objects_total{camera="yard",class="9"} 1')
  expect(text).toContain('vedette_detection_confidence_bucket{le="0.5"} 1')
  expect(text).toContain('vedette_detection_confidence_count 2')
  const many = Array.from({ length: 600 }, (_, label): [number, number] => [label, 0.5])
  counts.count(seen(0, many), names)
  const capped = [...(await counts.text()).matchAll(/^vedette_objects_total\{.*\} (\d+)/gm)]
  expect(capped).toHaveLength(501)
  expect(capped.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(603)
})
