/**
 * Models of a few bytes whose results are known: one box a frame as bright as its red channel, one label by the strongest
 * colour. With the parser of `elements/testing_parser.cc`.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const parser = fileURLToPath(new URL('../../build/libtesting_parser.so', import.meta.url))

/** Averages of the channels, or their largest values. */
export type Pool = 'GlobalAveragePool' | 'GlobalMaxPool'

/** An ONNX file; batch 0 leaves it free. */
export function writeModel(
  path: string,
  { pool = 'GlobalAveragePool' as Pool, batch = 0, height = 8, width = 16 } = {}
) {
  const node = Buffer.concat([text(1, 'picture'), text(2, 'means'), text(3, 'pool'), text(4, pool)])
  const graph = Buffer.concat([
    field(1, node),
    text(2, 'means'),
    field(11, tensor('picture', [batch, 3, height, width])),
    field(12, tensor('means', [batch, 3, 1, 1]))
  ])
  writeFileSync(path, Buffer.concat([number(1, 7), field(7, graph), field(8, number(2, 13))]))
  return path
}

/** The nvinfer INI of a detector: class 1, a box of half the width and height from (¼, ½). */
export function writeDetector(
  folder: string,
  name = 'detector',
  pool: Pool = 'GlobalAveragePool',
  parse: 'ParseMean' | 'ParseBlack' = 'ParseMean'
): string {
  writeModel(join(folder, `${name}.onnx`), { pool })
  writeFileSync(join(folder, `${name}.labels`), 'nobody\nsomebody\n')
  const path = join(folder, `${name}.txt`)
  writeFileSync(
    path,
    `[property]\nonnx-file=${name}.onnx\nlabelfile-path=${name}.labels\nnum-detected-classes=2\nbatch-size=4
net-scale-factor=0.00392156862\ncluster-mode=2\ncustom-lib-path=${parser}\nparse-bbox-func-name=${parse}
[class-attrs-all]\npre-cluster-threshold=0.5\n`
  )
  return path
}

/** The nvinfer INI of a classifier: red, green or blue. */
export function writeClassifier(folder: string, threshold = 0.5): string {
  writeModel(join(folder, 'colours.onnx'), { height: 4, width: 4 })
  writeFileSync(join(folder, 'colours.labels'), 'red;green;blue\n')
  const path = join(folder, 'colours.txt')
  writeFileSync(
    path,
    `[property]\nonnx-file=colours.onnx\nlabelfile-path=colours.labels\nnetwork-type=1\nprocess-mode=2\nbatch-size=4
net-scale-factor=0.00392156862\ninfer-dims=3;4;4\nclassifier-threshold=${threshold}\n`
  )
  return path
}

function tensor(name: string, shape: number[]): Buffer {
  const dims = shape.map((one) => field(1, one === 0 ? text(2, 'N') : number(1, one)))
  return Buffer.concat([
    text(1, name),
    field(2, field(1, Buffer.concat([number(1, 1), field(2, Buffer.concat(dims))])))
  ])
}

const text = (id: number, value: string) => field(id, Buffer.from(value))
const number = (id: number, value: number) => Buffer.from([...varint(id << 3), ...varint(value)])
const field = (id: number, value: Buffer) =>
  Buffer.concat([Buffer.from([...varint((id << 3) | 2), ...varint(value.length)]), value])

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]
}
