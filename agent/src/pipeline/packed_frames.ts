/** How packed frames and pictures lie in one raw channel message. Little endian; columns first, so each is aligned. */
import type { Picture } from '@vedette/native'
import type { EngineFrames } from './status.ts'

/** u32 entries, u32 0, then per entry u64 pts; per entry u32 length, camera, objects; then the bytes. */
export function packFrames(frames: EngineFrames): Buffer {
  const n = frames.cameras.length
  const head = 8 + n * 20
  const out = Buffer.allocUnsafe(head + frames.bytes.length)
  out.writeUInt32LE(n, 0)
  out.writeUInt32LE(0, 4)
  for (let i = 0; i < n; i++) {
    out.writeBigUInt64LE(frames.ptsNs[i]!, 8 + i * 8)
    const at = 8 + n * 8 + i * 12
    out.writeUInt32LE(frames.offsets[i + 1]! - frames.offsets[i]!, at)
    out.writeUInt32LE(frames.cameras[i]!, at + 4)
    out.writeUInt32LE(frames.objects[i]!, at + 8)
  }
  frames.bytes.copy(out, head)
  return out
}

export function unpackFrames(message: Buffer): EngineFrames {
  const n = message.readUInt32LE(0)
  const frames: EngineFrames = {
    bytes: message.subarray(8 + n * 20),
    offsets: new Uint32Array(n + 1),
    cameras: new Uint32Array(n),
    objects: new Uint32Array(n),
    ptsNs: new BigUint64Array(n)
  }
  for (let i = 0; i < n; i++) {
    frames.ptsNs[i] = message.readBigUInt64LE(8 + i * 8)
    const at = 8 + n * 8 + i * 12
    frames.offsets[i + 1] = frames.offsets[i]! + message.readUInt32LE(at)
    frames.cameras[i] = message.readUInt32LE(at + 4)
    frames.objects[i] = message.readUInt32LE(at + 8)
  }
  return frames
}

export type PicturePurpose = 'tap' | 'snapshot'

/** u8 purpose, u32 tap or request, u32 width, u32 height, u64 pts, f64 captured, JPEG. */
export function packPicture(purpose: PicturePurpose, id: number, picture: Picture): Buffer {
  const out = Buffer.allocUnsafe(29 + picture.data.length)
  out.writeUInt8(purpose === 'tap' ? 0 : 1, 0)
  out.writeUInt32LE(id, 1)
  out.writeUInt32LE(picture.width, 5)
  out.writeUInt32LE(picture.height, 9)
  out.writeBigUInt64LE(picture.ptsNs, 13)
  out.writeDoubleLE(picture.capturedUs, 21)
  picture.data.copy(out, 29)
  return out
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
