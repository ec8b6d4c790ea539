import { expect, test } from 'vitest'
import { readBmp } from './bmp.ts'
import { PictureFault } from './picture_fault.ts'

interface Given {
  bits: number
  /** As they lie in the file, each without its padding. */
  rows: number[][]
  width: number
  isTopDown?: boolean
  palette?: number[]
  compression?: number
}

function bmp({ bits, rows, width, isTopDown = false, palette = [], compression = 0 }: Given): Buffer {
  const stride = Math.ceil((width * bits) / 32) * 4
  const head = Buffer.alloc(54)
  head.write('BM')
  head.writeUInt32LE(54 + palette.length, 10)
  head.writeUInt32LE(40, 14)
  head.writeInt32LE(width, 18)
  head.writeInt32LE(isTopDown ? -rows.length : rows.length, 22)
  head.writeUInt16LE(1, 26)
  head.writeUInt16LE(bits, 28)
  head.writeUInt32LE(compression, 30)
  head.writeUInt32LE(palette.length / 4, 46)
  const padded = rows.map((row) => Buffer.concat([Buffer.from(row), Buffer.alloc(stride - row.length)]))
  return Buffer.concat([head, Buffer.from(palette), ...padded])
}

const [red, green, white] = [
  [255, 0, 0],
  [0, 255, 0],
  [255, 255, 255]
]

test('rows come from below unless the height is negative, colours as blue, green, red', () => {
  const rows = [
    [255, 255, 255, 0, 0, 255],
    [0, 255, 0, 0, 0, 255]
  ]
  const upward = readBmp(bmp({ bits: 24, width: 2, rows }), 100)
  expect([upward.width, upward.height, [...upward.pixels]]).toEqual([2, 2, [...green!, ...red!, ...white!, ...red!]])
  const downward = readBmp(bmp({ bits: 24, width: 2, rows, isTopDown: true }), 100)
  expect([...downward.pixels]).toEqual([...white!, ...red!, ...green!, ...red!])
})

test('32 bits have one byte that says nothing', () => {
  const { pixels } = readBmp(bmp({ bits: 32, width: 1, rows: [[0, 0, 255, 77]] }), 100)
  expect([...pixels]).toEqual(red)
})

test.each([
  [8, [1, 0, 1]],
  [4, [0x10, 0x10]],
  [1, [0b10100000]]
])('%i bits point into the palette', (bits, row) => {
  const palette = [0, 255, 0, 0, 0, 0, 255, 0]
  const { pixels } = readBmp(bmp({ bits, width: 3, rows: [row], palette }), 100)
  expect([...pixels]).toEqual([...red!, ...green!, ...red!])
})

const whole = bmp({ bits: 24, width: 2, rows: [[1, 2, 3, 4, 5, 6]] })
test.each([
  ['cut in its header', whole.subarray(0, 30), 'broken'],
  ['cut in its pixels', whole.subarray(0, 58), 'broken'],
  ['without width', bmp({ bits: 24, width: 0, rows: [[]] }), 'broken'],
  ['with a palette that is not whole', bmp({ bits: 8, width: 1, rows: [[200]] }), 'broken'],
  ['compressed', bmp({ bits: 8, width: 1, rows: [[0]], palette: [0, 0, 0, 0], compression: 1 }), 'unsupported'],
  ['of 16 bits', bmp({ bits: 16, width: 1, rows: [[0, 0]] }), 'unsupported'],
  ['too large', bmp({ bits: 24, width: 200, rows: [Array(600).fill(0)] }), 'too-large']
])('a bitmap %s is refused with the reason', (_what, bytes, failure) => {
  const refused = () => readBmp(bytes, 100)
  expect(refused).toThrow(PictureFault)
  expect(refused).toThrow(expect.objectContaining({ failure }))
})
