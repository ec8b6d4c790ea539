import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { FrameColumns } from './frame_columns.ts'

/** The `frames` entries of an example of the protocol, one after the other. */
function example(name: string): Buffer {
  const file = fileURLToPath(import.meta.resolve(`@vedette/protocol/examples/up.frames/${name}.json`))
  const batch = Buffer.from((JSON.parse(readFileSync(file, 'utf8')) as { base64: string }).base64, 'base64')
  return batch.subarray(batch.indexOf(0x1a))
}

test('reads the columns of a frame that carries attributes, masks and analytics as well', () => {
  const bytes = example('good-parts')
  const columns = new FrameColumns()
  columns.open(bytes)
  expect(columns.read(0, bytes.length)).toBe(true)
  expect(columns.count).toBe(3)
  expect(columns.capturedMs).toBe(1795262404366.666)
  expect([...columns.trackId.subarray(0, 3)]).toEqual([41, 43, 42])
  expect([0, 1, 2].map((object) => columns.classId(object))).toEqual([1, 0, 1])
  expect([0, 1, 2].map((object) => columns.confidence(object))).toEqual([0.875, 0.5, 0.4375])
  const boxes = new Float32Array(12)
  columns.copyBoxes(boxes, 0)
  expect([...boxes.subarray(8)]).toEqual([0.75, 0.5, 0.1875, 0.125])
  expect(columns.attributes().map(({ object, label }) => [object, label])).toEqual([
    [0, 'red'],
    [2, 'café au lait']
  ])
})

test('refuses a frame that ends inside of what it does not look at', () => {
  const bytes = example('good-parts')
  const columns = new FrameColumns()
  columns.open(bytes.subarray(0, bytes.length - 4))
  expect(columns.read(0, bytes.length - 4)).toBe(false)
})
