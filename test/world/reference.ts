/**
 * The plain detector that ours is compared with: GStreamer decodes to I420, JavaScript makes it RGB and resizes it
 * (bilinear, half-pixel centres), ONNX Runtime infers, JavaScript decodes NanoDet and suppresses. Nothing of ours is in
 * its way.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { InferenceSession, Tensor } from 'onnxruntime-node'

export interface Box {
  classId: number
  confidence: number
  /** Normalised 0 … 1. */
  left: number
  top: number
  right: number
  bottom: number
}

export interface Thresholds {
  confidence: number
  iou: number
}

/** Every frame of an H.264 film (BT.601, limited range, chroma in the middle of its four pixels) as RGB, in order. */
export async function* decodeRgb(film: string, width: number, height: number): AsyncGenerator<Float32Array> {
  const pipeline = `filesrc location=${film} ! qtdemux ! h264parse ! avdec_h264 ! video/x-raw,format=I420,width=${width},height=${height},colorimetry=bt601,chroma-site=jpeg ! fdsink fd=1`
  const decoder = spawn('gst-launch-1.0', ['-q', ...pipeline.split(' ')], { stdio: ['ignore', 'pipe', 'inherit'] })
  const bytes = (width * height * 3) / 2
  for await (const frame of pictures(decoder.stdout, bytes)) yield toRgb(frame, width, height)
  if (decoder.exitCode === null) await once(decoder, 'exit')
  if (decoder.exitCode !== 0)
    throw new Error(`expected gst-launch-1.0 to decode ${film}, but it ended with ${decoder.exitCode}`)
}

/** Raw pictures of so many bytes each; the array is the same every time. */
export async function* pictures(raw: AsyncIterable<Buffer>, bytes: number): AsyncGenerator<Uint8Array> {
  const picture = new Uint8Array(bytes)
  let filled = 0
  for await (const chunk of raw) {
    let rest: Uint8Array = chunk
    while (rest.length > 0) {
      const part = rest.subarray(0, bytes - filled)
      picture.set(part, filled)
      filled += part.length
      rest = rest.subarray(part.length)
      if (filled === bytes) {
        yield picture
        filled = 0
      }
    }
  }
}

/**
 * By the book: chroma to full size (bilinear), BT.601's matrix, within 0 … 255, not rounded. Not by videoconvert, whose short cut
 * from I420 to RGB repeats chroma and counts in so few bits that green is nearly 4 levels too dark.
 */
function toRgb(i420: Uint8Array, width: number, height: number): Float32Array {
  const luma = width * height
  const u = enlarge(i420.subarray(luma, luma * 1.25), width, height)
  const v = enlarge(i420.subarray(luma * 1.25), width, height)
  const rgb = new Float32Array(luma * 3)
  for (let i = 0; i < luma; i++) {
    const y = ((i420[i]! - 16) * 255) / 219
    const cb = ((u[i]! - 128) * 255) / 224
    const cr = ((v[i]! - 128) * 255) / 224
    rgb[3 * i] = within(y + 1.402 * cr)
    rgb[3 * i + 1] = within(y - 0.344136 * cb - 0.714136 * cr)
    rgb[3 * i + 2] = within(y + 1.772 * cb)
  }
  return rgb
}

function within(level: number): number {
  return Math.min(Math.max(level, 0), 255)
}

/** Twice as wide and high: each pixel takes 3/4 of the sample it lies in and 1/4 of the next nearest, both ways. */
function enlarge(plane: Uint8Array, width: number, height: number): Float32Array {
  const [columns, rows] = [width / 2, height / 2]
  const neighbour = (i: number, count: number) => Math.min(Math.max((i >> 1) + (i & 1 ? 1 : -1), 0), count - 1)
  const out = new Float32Array(width * height)
  for (let y = 0; y < height; y++) {
    const near = (y >> 1) * columns
    const far = neighbour(y, rows) * columns
    for (let x = 0; x < width; x++) {
      const x0 = x >> 1
      const x1 = neighbour(x, columns)
      out[y * width + x] =
        (9 * plane[near + x0]! + 3 * plane[near + x1]! + 3 * plane[far + x0]! + plane[far + x1]!) / 16
    }
  }
  return out
}

/** Of the network's input, in pixels. */
export const SIDE = 416
const STRIDES = [8, 16, 32]
const CLASSES = 80
const BINS = 11
const MEAN_BGR = [103.53, 116.28, 123.675] as const
/** One over 57.375: the package folds the rest of the channels' deviations into the graph. */
const SCALE = 0.0174291939

/** NanoDet on pictures of any size, one thread. */
export async function loadNanoDet(
  model: string
): Promise<(rgb: Float32Array, size: Size, limits: Thresholds) => Promise<Box[]>> {
  const detect = await loadPlanarNanoDet(model, 1)
  const input = new Float32Array(3 * SIDE * SIDE)
  return (rgb, size, limits) => {
    resizeToBgrPlanes(rgb, size, input)
    return detect(input, limits)
  }
}

/**
 * NanoDet (RangiLyu, 2020): class scores and 4 × 11 distance bins (generalised focal loss) on three strides. Takes BGR
 * planes of 416 × 416, normalised.
 */
export async function loadPlanarNanoDet(
  model: string,
  threads: number
): Promise<(planes: Float32Array, limits: Thresholds) => Promise<Box[]>> {
  const session = await InferenceSession.create(model, { intraOpNumThreads: threads, logSeverityLevel: 3 })
  const inputName = session.inputNames[0] ?? ''
  return async (planes, limits) => {
    const outputs = await session.run({ [inputName]: new Tensor('float32', planes, [1, 3, SIDE, SIDE]) })
    const tensors = Object.values(outputs)
    const candidates = STRIDES.flatMap((stride) => {
      const cells = (SIDE / stride) ** 2
      const find = (last: number) => tensors.find((t) => t.dims.at(-2) === cells && t.dims.at(-1) === last)?.data
      return decodeStride(find(CLASSES) as Float32Array, find(4 * BINS) as Float32Array, stride, limits.confidence)
    })
    return suppress(candidates, limits.iou)
  }
}

/** Interleaved bytes of the network's size as the planes it takes. */
export function bgrPlanes(bgr: Uint8Array, out: Float32Array): void {
  const plane = SIDE * SIDE
  for (let c = 0; c < 3; c++) {
    const mean = MEAN_BGR[c as 0 | 1 | 2]
    for (let i = 0; i < plane; i++) out[c * plane + i] = (bgr[3 * i + c]! - mean) * SCALE
  }
}

interface Size {
  width: number
  height: number
}

function resizeToBgrPlanes(rgb: Float32Array, { width, height }: Size, out: Float32Array): void {
  const plane = SIDE * SIDE
  for (let y = 0; y < SIDE; y++) {
    const sy = Math.min(Math.max(((y + 0.5) * height) / SIDE - 0.5, 0), height - 1)
    const y0 = Math.floor(sy)
    const y1 = Math.min(y0 + 1, height - 1)
    const fy = sy - y0
    for (let x = 0; x < SIDE; x++) {
      const sx = Math.min(Math.max(((x + 0.5) * width) / SIDE - 0.5, 0), width - 1)
      const x0 = Math.floor(sx)
      const x1 = Math.min(x0 + 1, width - 1)
      const fx = sx - x0
      for (let c = 0; c < 3; c++) {
        const at = (row: number, column: number) => rgb[(row * width + column) * 3 + 2 - c]!
        const upper = at(y0, x0) * (1 - fx) + at(y0, x1) * fx
        const lower = at(y1, x0) * (1 - fx) + at(y1, x1) * fx
        out[c * plane + y * SIDE + x] = (upper * (1 - fy) + lower * fy - MEAN_BGR[c as 0 | 1 | 2]) * SCALE
      }
    }
  }
}

function decodeStride(scores: Float32Array, bins: Float32Array, stride: number, threshold: number): Box[] {
  const grid = SIDE / stride
  const boxes: Box[] = []
  for (let cell = 0; cell < grid * grid; cell++) {
    let classId = -1
    let confidence = threshold
    for (let c = 0; c < CLASSES; c++) {
      const score = scores[cell * CLASSES + c]!
      if (score >= confidence) {
        confidence = score
        classId = c
      }
    }
    if (classId < 0) continue
    const side = (k: number) => expectation(bins.subarray((cell * 4 + k) * BINS, (cell * 4 + k + 1) * BINS)) * stride
    const x = ((cell % grid) + 0.5) * stride
    const y = (Math.floor(cell / grid) + 0.5) * stride
    const clamp = (value: number) => Math.min(Math.max(value / SIDE, 0), 1)
    boxes.push({
      classId,
      confidence,
      left: clamp(x - side(0)),
      top: clamp(y - side(1)),
      right: clamp(x + side(2)),
      bottom: clamp(y + side(3))
    })
  }
  return boxes
}

/** Mean of the bins' numbers under their softmax. */
function expectation(logits: Float32Array): number {
  const top = Math.max(...logits)
  let sum = 0
  let weighted = 0
  logits.forEach((logit, i) => {
    const weight = Math.exp(logit - top)
    sum += weight
    weighted += weight * i
  })
  return weighted / sum
}

/** Greedy non-maximum suppression, per class. */
function suppress(boxes: Box[], threshold: number): Box[] {
  const kept: Box[] = []
  for (const box of boxes.toSorted((a, b) => b.confidence - a.confidence)) {
    if (!kept.some((other) => other.classId === box.classId && iou(other, box) > threshold)) kept.push(box)
  }
  return kept
}

/** Intersection over union. */
export function iou(a: Box, b: Box): number {
  const width = Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left))
  const height = Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top))
  const both = width * height
  const area = (box: Box) => (box.right - box.left) * (box.bottom - box.top)
  return both === 0 ? 0 : both / (area(a) + area(b) - both)
}
