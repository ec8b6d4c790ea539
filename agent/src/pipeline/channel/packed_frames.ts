/** How packed frames and pictures lie in one raw channel message. */
import type { Picture } from '@vedette/native'
import type { EngineFrames } from './status.ts'

/** u32 entries, u32 0; the columns u64 pts, u32 camera, u32 objects, u32 offset (one more than entries); the bytes. */
export function packFrames({ bytes, offsets, cameras, objects, ptsNs }: EngineFrames): Uint8Array[] {
  return [rawBytes(Uint32Array.of(cameras.length, 0)), ...[ptsNs, cameras, objects, offsets].map(rawBytes), bytes]
}

export function unpackFrames(message: Buffer): EngineFrames {
  const n = message.readUInt32LE(0)
  const head = 8 + n * 16 + (n + 1) * 4
  // Copied to where each column is aligned.
  const columns = new Uint8Array(message.subarray(8, head)).buffer
  return {
    bytes: message.subarray(head),
    ptsNs: new BigUint64Array(columns, 0, n),
    cameras: new Uint32Array(columns, n * 8, n),
    objects: new Uint32Array(columns, n * 12, n),
    offsets: new Uint32Array(columns, n * 16, n + 1)
  }
}

/** Both ends are on one machine: numbers lie in its own order. */
function rawBytes({ buffer, byteOffset, byteLength }: Uint32Array | BigUint64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength)
}

export type PicturePurpose = 'tap' | 'snapshot'

/** u8 purpose, u32 tap or request, u32 width, u32 height, u64 pts, f64 captured, JPEG. Little endian. */
export function packPicture(purpose: PicturePurpose, id: number, picture: Picture): Uint8Array[] {
  const head = Buffer.allocUnsafe(29)
  head.writeUInt8(purpose === 'tap' ? 0 : 1, 0)
  head.writeUInt32LE(id, 1)
  head.writeUInt32LE(picture.width, 5)
  head.writeUInt32LE(picture.height, 9)
  head.writeBigUInt64LE(picture.ptsNs, 13)
  head.writeDoubleLE(picture.capturedUs, 21)
  return [head, picture.data]
}

export function unpackPicture(message: Buffer): { purpose: PicturePurpose; id: number; picture: Picture } {
  return {
    purpose: message.readUInt8(0) === 0 ? 'tap' : 'snapshot',
    id: message.readUInt32LE(1),
    picture: {
      width: message.readUInt32LE(5),
      height: message.readUInt32LE(9),
      ptsNs: message.readBigUInt64LE(13),
      capturedUs: message.readDoubleLE(21),
      data: message.subarray(29)
    }
  }
}
