import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recipes } from '@vedette/model/convert'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { expect, onTestFinished, test } from 'vitest'
import { cacheDir, FOOTAGE } from '../world/cache.ts'
import { decodeRgb } from '../world/reference.ts'

// The C++ parsers read what real models say about a real frame, and a plain decoder in JavaScript reads the same
// tensors: the boxes have to be the same ones. Before suppression, so that none can hide behind another.

const build = join(import.meta.dirname, '../../native/build')
const frame = { width: 768, height: 576, number: 100 }
const threshold = 0.4

/** class, confidence, left, top, width, height in pixels of the input. */
type Row = number[]
type Outputs = Record<string, Tensor>

test('SSD is read as its plain decoder reads it', async () => {
  const outputs = await infer('ssd', 300, (rgb, c) => (rgb[c]! - 127.5) / 127.5)
  const expected = decodeSsd(floats(outputs, 'boxes'), floats(outputs, 'classes'))
  expect(expected.length).toBeGreaterThan(5)
  expectSame(parse('NvDsInferParseCustomSsdAnchors', 300, 23, outputs), expected)
})

test('NanoDet is read as its plain decoder reads it', async () => {
  const means = [103.53, 116.28, 123.675]
  const outputs = await infer('nanodet', 416, (rgb, c) => (rgb[2 - c]! - means[c]!) / 57.375)
  const expected = [8, 16, 32].flatMap((stride) =>
    decodeNanoDet(floats(outputs, `scores_${stride}`), floats(outputs, `boxes_${stride}`), stride)
  )
  expect(expected.length).toBeGreaterThan(5)
  expectSame(parse('NvDsInferParseCustomNanoDet', 416, 80, outputs), expected)
})

async function infer(name: 'ssd' | 'nanodet', side: number, normalise: (rgb: Float32Array, c: number) => number) {
  const folder = join(cacheDir(), 'models', `${recipes[name].name}-${recipes[name].version}`)
  const session = await InferenceSession.create(readFileSync(join(folder, 'model.onnx')))
  const picture = await frameOfVtest()
  const input = new Float32Array(3 * side * side)
  for (let i = 0; i < side * side; i++) {
    const x = Math.floor(((i % side) * frame.width) / side)
    const y = Math.floor((Math.floor(i / side) * frame.height) / side)
    const pixel = picture.subarray((y * frame.width + x) * 3)
    for (let c = 0; c < 3; c++) input[c * side * side + i] = normalise(pixel, c)
  }
  return (await session.run({ [session.inputNames[0]!]: new Tensor('float32', input, [1, 3, side, side]) })) as Outputs
}

async function frameOfVtest(): Promise<Float32Array> {
  let number = 0
  for await (const picture of decodeRgb(FOOTAGE, frame.width, frame.height))
    if (number++ === frame.number) return picture
  throw new Error(`expected ${frame.number + 1} frames in ${FOOTAGE}, found ${number}; run "./dev models" again`)
}

function floats(outputs: Outputs, name: string): Float32Array {
  return outputs[name]!.data as Float32Array
}

function parse(parser: string, side: number, classes: number, outputs: Outputs): Row[] {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-tensors-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const layers = Object.entries(outputs).map(([name, tensor]) => {
    const { buffer, byteOffset, byteLength } = tensor.data as Float32Array
    writeFileSync(join(folder, name), new Uint8Array(buffer, byteOffset, byteLength))
    return `${name}=${join(folder, name)}:${tensor.dims.slice(1).join('x')}`
  })
  const parameters = [join(build, 'libvedette_parsers.so'), parser, side, side, classes, threshold, ...layers].map(
    String
  )
  const lines = execFileSync(join(build, 'parse_tensors'), parameters, { encoding: 'utf8' }).trim().split('\n')
  return lines.map((line) => line.split(' ').map(Number))
}

/** The same boxes in the same order of confidence, to a hundredth of a pixel. */
function expectSame(found: Row[], expected: Row[]): void {
  const sorted = (rows: Row[]) => rows.toSorted((a, b) => b[1]! - a[1]!)
  expect(found.map((row) => row[0]).toSorted()).toEqual(expected.map((row) => row[0]).toSorted())
  for (const [index, row] of sorted(found).entries()) {
    const other = sorted(expected)[index]!
    const furthest = Math.max(...row.map((value, i) => Math.abs(value - other[i]!)))
    expect(furthest, `${row} and ${other}`).toBeLessThan(0.01)
  }
}

/** Corners, kept inside the input, as a row. */
function row(classId: number, confidence: number, side: number, corners: [number, number, number, number]): Row {
  const [left, top, right, bottom] = corners.map((value) => Math.min(Math.max(value, 0), side)) as typeof corners
  return [classId, confidence, left, top, right - left, bottom - top]
}

function decodeNanoDet(scores: Float32Array, bins: Float32Array, stride: number): Row[] {
  const grid = 416 / stride
  return Array.from({ length: grid * grid }, (_, cell) => {
    const candidates = scores.subarray(cell * 80, cell * 80 + 80)
    const best = Math.max(...candidates)
    if (best < threshold) return []
    const reach = [0, 1, 2, 3].map((side) => {
      const weights = Array.from(bins.subarray(cell * 44 + side * 11, cell * 44 + side * 11 + 11), Math.exp)
      const sum = weights.reduce((total, weight) => total + weight, 0)
      return (stride * weights.reduce((total, weight, bin) => total + weight * bin, 0)) / sum
    }) as [number, number, number, number]
    const x = ((cell % grid) + 0.5) * stride
    const y = (Math.floor(cell / grid) + 0.5) * stride
    return [row(candidates.indexOf(best), best, 416, [x - reach[0], y - reach[1], x + reach[2], y + reach[3]])]
  }).flat()
}

/** Anchors as MediaPipe's SsdAnchorsCalculator lists them for this model: centre and size, 0 … 1. */
function ssdAnchors(): [number, number, number, number][] {
  const scale = (layer: number) => (layer === 6 ? 1 : 0.2 + 0.15 * layer)
  return [19, 10, 5, 3, 2, 1].flatMap((grid, layer) => {
    const ratios = layer === 0 ? [2, 0.5] : [1, 2, 0.5, 3, 0.3333]
    const sizes = ratios.map((ratio) => [scale(layer) * Math.sqrt(ratio), scale(layer) / Math.sqrt(ratio)] as const)
    const between = Math.sqrt(scale(layer) * scale(layer + 1))
    const all = layer === 0 ? [[0.1, 0.1] as const, ...sizes] : [...sizes, [between, between] as const]
    return Array.from({ length: grid * grid }, (_, cell) =>
      all.map(([width, height]): [number, number, number, number] => {
        return [((cell % grid) + 0.5) / grid, (Math.floor(cell / grid) + 0.5) / grid, width, height]
      })
    ).flat()
  })
}

function decodeSsd(codes: Float32Array, logits: Float32Array): Row[] {
  return ssdAnchors().flatMap(([x, y, width, height], index) => {
    const candidates = logits.subarray(index * 24 + 1, index * 24 + 24)
    const best = Math.max(...candidates)
    const confidence = 1 / (1 + Math.exp(-best))
    if (confidence < threshold) return []
    const [dy, dx, dh, dw] = codes.subarray(index * 4, index * 4 + 4) as unknown as [number, number, number, number]
    const [cx, cy] = [(dx / 10) * width + x, (dy / 10) * height + y]
    const [w, h] = [width * Math.exp(dw / 5), height * Math.exp(dh / 5)]
    const corners = [cx - w / 2, cy - h / 2, cx + w / 2, cy + h / 2].map((value) => value * 300)
    return [row(candidates.indexOf(best), confidence, 300, corners as [number, number, number, number])]
  })
}
