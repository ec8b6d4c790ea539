import { expect, test } from 'vitest'
import { ProtocolError } from './error.ts'
import { readPreviewStamp, stampPreview } from './preview.ts'

const jpeg = Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x04, 0x4a, 0x46, 0xff, 0xd9])
const stamp = { ptsNs: 18_446_744_073_709_551_615n, capturedUs: 1_795_271_696_123_456 }

test('a stamped preview tells which frame it shows', () => {
  expect(readPreviewStamp(stampPreview(jpeg, stamp))).toEqual(stamp)
})

test('the stamp is one comment segment right after SOI and leaves the rest as it was', () => {
  const out = stampPreview(jpeg, stamp)
  expect(Array.from(out.subarray(0, 4))).toEqual([0xff, 0xd8, 0xff, 0xfe])
  const length = (out[4]! << 8) | out[5]!
  expect(Array.from(out.subarray(4 + length))).toEqual(Array.from(jpeg.subarray(2)))
})

test('a JPEG without a stamp, or with a comment of somebody else, has none', () => {
  expect(readPreviewStamp(jpeg)).toBeNull()
  const other = Uint8Array.from([0xff, 0xd8, 0xff, 0xfe, 0, 4, 0x68, 0x69, 0xff, 0xd9])
  expect(readPreviewStamp(other)).toBeNull()
})

test('what is no JPEG is refused with its first bytes', () => {
  expect(() => readPreviewStamp(new TextEncoder().encode('hello'))).toThrow(ProtocolError)
  expect(() => readPreviewStamp(new TextEncoder().encode('hello'))).toThrow('received 68 65 6c 6c')
})
