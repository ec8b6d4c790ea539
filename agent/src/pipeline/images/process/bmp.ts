/**
 * Windows bitmaps, which libvips does not read: 24 and 32 bits, and 1, 4 and 8 bits with a palette, uncompressed
 * (BITMAPINFOHEADER and later, https://learn.microsoft.com/windows/win32/gdi/bitmap-storage).
 */
import { PictureFault } from './picture_fault.ts'

export interface RawPicture {
  width: number
  height: number
  /** RGB, without padding. */
  pixels: Buffer
}

const FILE_HEADER_BYTES = 14
const INFO_HEADER_BYTES = 40
const UNCOMPRESSED = 0
/** Masks of 32 bits a pixel; those of nearly every writer are blue, green, red, unused. */
const BIT_FIELDS = 3
const MASKS = [0x00ff0000, 0x0000ff00, 0x000000ff]

export function readBmp(bytes: Buffer, maxPixels: number): RawPicture {
  const head = readHead(bytes)
  const { width, height, bits } = head
  if (width * height > maxPixels) {
    throw new PictureFault('too-large', `expected at most ${maxPixels} pixels, received ${width} x ${height}`)
  }
  const stride = Math.ceil((width * bits) / 32) * 4
  if (bytes.length < head.pixelsAt + stride * height) throw broken('the pixels end too early')
  const pixels = Buffer.allocUnsafe(width * height * 3)
  const rowOf = bits <= 8 ? paletteRow(bytes, head) : colorRow(bytes, head)
  for (let y = 0; y < height; y++) {
    const from = head.pixelsAt + stride * (head.isTopDown ? y : height - 1 - y)
    rowOf(from, pixels, y * width * 3)
  }
  return { width, height, pixels }
}

interface Head {
  width: number
  height: number
  isTopDown: boolean
  bits: number
  pixelsAt: number
  paletteAt: number
  colors: number
}

type Row = (from: number, to: Buffer, at: number) => void

function readHead(bytes: Buffer): Head {
  if (bytes.length < FILE_HEADER_BYTES + INFO_HEADER_BYTES) throw broken('it has no whole header')
  const infoBytes = bytes.readUInt32LE(14)
  const height = bytes.readInt32LE(22)
  const head = {
    width: bytes.readInt32LE(18),
    height: Math.abs(height),
    isTopDown: height < 0,
    bits: bytes.readUInt16LE(28),
    pixelsAt: bytes.readUInt32LE(10),
    paletteAt: FILE_HEADER_BYTES + infoBytes,
    colors: bytes.readUInt32LE(46)
  }
  if (infoBytes < INFO_HEADER_BYTES || head.width < 1 || head.height < 1) throw broken('its header makes no sense')
  const compression = bytes.readUInt32LE(30)
  const isPlain = compression === UNCOMPRESSED && [1, 4, 8, 24, 32].includes(head.bits)
  if (isPlain || (compression === BIT_FIELDS && head.bits === 32 && hasUsualMasks(bytes))) return head
  throw new PictureFault(
    'unsupported',
    `expected a BMP without compression of 1, 4, 8, 24 or 32 bits, received ${head.bits} bits with compression ${compression}`
  )
}

function hasUsualMasks(bytes: Buffer): boolean {
  const at = FILE_HEADER_BYTES + INFO_HEADER_BYTES
  return bytes.length >= at + 12 && MASKS.every((mask, i) => bytes.readUInt32LE(at + 4 * i) === mask)
}

function colorRow(bytes: Buffer, { width, bits }: Head): Row {
  const step = bits / 8
  return (from, to, at) => {
    for (let x = 0; x < width; x++) {
      const pixel = from + x * step
      to[at + 3 * x] = bytes[pixel + 2]!
      to[at + 3 * x + 1] = bytes[pixel + 1]!
      to[at + 3 * x + 2] = bytes[pixel]!
    }
  }
}

function paletteRow(bytes: Buffer, { width, bits, paletteAt, colors, pixelsAt }: Head): Row {
  const most = 2 ** bits
  const count = Math.min(colors === 0 ? most : colors, most)
  if (paletteAt + 4 * count > Math.min(bytes.length, pixelsAt)) throw broken('its palette is not whole')
  const perByte = 8 / bits
  return (from, to, at) => {
    for (let x = 0; x < width; x++) {
      const byte = bytes[from + Math.floor(x / perByte)]!
      const index = (byte >> (8 - bits * ((x % perByte) + 1))) & (most - 1)
      const color = paletteAt + 4 * Math.min(index, count - 1)
      to[at + 3 * x] = bytes[color + 2]!
      to[at + 3 * x + 1] = bytes[color + 1]!
      to[at + 3 * x + 2] = bytes[color]!
    }
  }
}

function broken(why: string): PictureFault {
  return new PictureFault('broken', `expected a whole BMP, but ${why}`)
}
