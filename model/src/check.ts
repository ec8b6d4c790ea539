/** Does a detector's ONNX file fit a parser family? Decided from its declared shapes alone. */
import { ModelError } from './error.ts'
import { type FamilyName, families } from './families.ts'
import type { InferInput } from './nvinfer.ts'
import type { OnnxPort, OnnxSummary } from './onnx.ts'

interface InputOptions {
  /** Where the input's own height and width are dynamic. */
  size?: { width: number; height: number }
}

export interface FitOptions extends InputOptions {
  family: FamilyName
  /** Number of labels. */
  classes: number
}

export interface Fit {
  input: InferInput
  /** False: the batch is fixed at one, frames are then inferred one by one. */
  hasDynamicBatch: boolean
}

/**
 * Does a classifier's ONNX file fit its labels? One output of a probability for each, because that is what nvinfer
 * compares with its threshold.
 */
export function checkClassifier(summary: OnnxSummary, options: InputOptions & { classes: number }): Fit {
  const fit = readInput(summary, options)
  const [output, ...others] = summary.outputs
  const shape = output ? withoutBatch(output.shape) : []
  const isFlat = shape.filter((axis) => axis !== 1).length <= 1
  if (!output || others.length > 0 || !isFlat) {
    throw new ModelError(
      'shape',
      `Outputs ${describe(summary.outputs)} are not those of a classifier: expected one, [batch,${options.classes}], ` +
        'with a probability for each label.'
    )
  }
  const found = shape.find((axis) => axis !== 1) ?? 1
  if (typeof found === 'number' && found !== options.classes) {
    throw new ModelError(
      'shape',
      `Output ${describe([output])} has ${found} classes, expected ${options.classes}, as there are labels. ` +
        `It would fit a list of ${found} labels.`
    )
  }
  if (output.operator !== undefined && ['Gemm', 'MatMul', 'Conv', 'Add'].includes(output.operator)) {
    throw new ModelError(
      'shape',
      `Output ${output.name} is made by ${output.operator}, so it is no probability between 0 and 1; ` +
        'export the model with its softmax (or sigmoid) at the end.'
    )
  }
  return fit
}

/** The input's size, or a ModelError that says which shape was found, which was expected and what to do. */
export function checkFit(summary: OnnxSummary, options: FitOptions): Fit {
  const fit = readInput(summary, options)
  const outputs = summary.outputs.map((port) => ({ ...port, shape: withoutBatch(port.shape) }))
  const known = outputs.filter((port) => port.shape.every((axis) => typeof axis === 'number'))
  // Shapes that only running would tell are left to the parser, which checks them on every frame.
  if (known.length < outputs.length) return fit
  const shapes = known.map((port) => port.shape as number[])
  const fault = tests[options.family](shapes, { ...options, ...fit.input })
  if (fault) {
    throw new ModelError(
      'shape',
      `Outputs ${describe(summary.outputs)} do not fit --parser ${options.family} with ${options.classes} labels: ${fault}. ` +
        `Expected ${families[options.family].outputs}. ${remedy(shapes, { ...options, ...fit.input })}`
    )
  }
  return fit
}

function readInput(summary: OnnxSummary, options: InputOptions): Fit {
  if (summary.hasExternalData) {
    throw new ModelError('onnx', 'The weights lie in another file; save the model as one .onnx file and import that.')
  }
  const [input, ...others] = summary.inputs
  if (!input || others.length > 0 || input.shape.length !== 4) {
    throw new ModelError(
      'shape',
      `Expected one picture as input, [batch,3,height,width] or [batch,height,width,3], found ${describe(summary.inputs)}; ` +
        'export the model without pre- and post-processing.'
    )
  }
  if (input.type !== 'float32') {
    throw new ModelError('shape', `Input ${input.name} is ${input.type}, expected float32; export the model in FP32.`)
  }
  const [batch, a, b, c] = input.shape as [number | string, number | string, number | string, number | string]
  const layout = c === 3 && a !== 3 ? 'NHWC' : 'NCHW'
  if (layout === 'NCHW' && a !== 3 && a !== 1) {
    throw new ModelError('shape', `Input ${describe([input])} has no axis of 3 colours; expected NCHW or NHWC.`)
  }
  const [height, width] = (layout === 'NCHW' ? [b, c] : [a, b]).map((axis, index) =>
    typeof axis === 'number' && axis > 0 ? axis : index === 0 ? options.size?.height : options.size?.width
  )
  if (height === undefined || width === undefined) {
    throw new ModelError('shape', `Input ${describe([input])} leaves its size open; say it with --size WIDTHxHEIGHT.`)
  }
  const channels = layout === 'NCHW' ? (a as number) : 3
  return { input: { channels, height, width, layout }, hasDynamicBatch: !(typeof batch === 'number' && batch > 0) }
}

type Context = FitOptions & InferInput
type ShapeTest = (shapes: number[][], context: Context) => string | null

/** Null when the shapes fit, else the fault in words. */
const tests: Record<FamilyName, ShapeTest> = {
  'ssd-anchors': (shapes, context) => {
    const n = anchorsOf(context)
    const boxes = shapes.some((shape) => shape[0] === n && shape.at(-1) === 4)
    const classes = shapes.some((shape) => shape[0] === n && isClassAxis(shape.at(-1), context.classes))
    if (!boxes) return `no boxes [${n},4] for ${context.width}x${context.height}`
    return classes ? null : `no class layer [${n},${context.classes}] or [${n},${context.classes + 1}]`
  },
  'ssd-nms': (shapes) => {
    const boxes = shapes.find((shape) => shape.length === 2 && shape[1] === 4)
    if (!boxes) return 'no boxes [N,4]'
    const lists = shapes.filter((shape) => shape.length === 1 && shape[0] === boxes[0])
    return lists.length >= 2 ? null : `no classes and scores [${boxes[0]}]`
  },
  nanodet: (shapes, context) => {
    const cells = (stride: number) => Math.ceil(context.width / stride) * Math.ceil(context.height / stride)
    if (shapes.length === 1) {
      const [rows, columns] = shapes[0] as [number, number]
      const counts = [cells(8) + cells(16) + cells(32), cells(8) + cells(16) + cells(32) + cells(64)]
      if (!counts.includes(rows)) return `${rows} rows, expected ${counts.join(' or ')}`
      return columns > context.classes && (columns - context.classes) % 4 === 0 ? null : `${columns} columns`
    }
    const strides = [8, 16, 32, 64].filter((stride) => {
      const level = shapes.filter((shape) => shape[0] === cells(stride))
      return level.some((shape) => shape[1] === context.classes) && level.length === 2
    })
    return strides.length * 2 === shapes.length
      ? null
      : `pairs of layers only for strides ${strides.join(', ') || 'none'}`
  },
  yolox: (shapes, context) => {
    const rows = [8, 16, 32].reduce((sum, s) => sum + Math.floor(context.width / s) * Math.floor(context.height / s), 0)
    const fits = shapes.length === 1 && shapes[0]![0] === rows && shapes[0]![1] === 5 + context.classes
    return fits ? null : `no single layer [${rows},${5 + context.classes}]`
  },
  yolov8: (shapes, { classes }) => {
    const fits = shapes.some((shape) => {
      const [a, b] = shape
      return shape.length === 2 && (b === 5 + classes || b === 4 + classes || a === 4 + classes)
    })
    return fits ? null : `no layer [N,${5 + classes}] or [${4 + classes},N]`
  },
  'yolov8-seg': (shapes, { classes }) => {
    const prototypes = shapes.find((shape) => shape.length === 3)
    if (!prototypes) return 'no prototypes of masks [M,H,W]'
    const rows = 4 + classes + prototypes[0]!
    return shapes.some((shape) => shape.length === 2 && shape[0] === rows) ? null : `no layer [${rows},N]`
  },
  detr: (shapes, { classes }) => {
    const boxes = shapes.find((shape) => shape.length === 2 && shape[1] === 4)
    if (!boxes) return 'no boxes [N,4]'
    const hasLogits = shapes.some((s) => s !== boxes && s[0] === boxes[0] && isClassAxis(s.at(-1), classes))
    return hasLogits ? null : `no logits [${boxes[0]},${classes}] or [${boxes[0]},${classes + 1}]`
  },
  centernet: (shapes, { classes }) => {
    const maps = shapes.filter((shape) => shape.length === 3)
    const heat = maps.find((shape) => shape[0] === classes || shape[2] === classes)
    if (!heat) return `no heat map [${classes},H,W]`
    const [rows, columns] = heat[0] === classes ? [heat[1], heat[2]] : [heat[0], heat[1]]
    const hasSizes = maps.some((shape) => {
      if (shape === heat) return false
      const isFirst = [2, 4].includes(shape[0]!) && shape[1] === rows && shape[2] === columns
      return isFirst || ([2, 4].includes(shape[2]!) && shape[0] === rows && shape[1] === columns)
    })
    return hasSizes ? null : `no sizes of 2 or 4 numbers over ${columns}x${rows} cells`
  }
}

function isClassAxis(axis: number | undefined, classes: number): boolean {
  return axis === classes || axis === classes + 1
}

/** Anchors of a MobileNet SSD, as native/parsers/ssd_anchors.cc makes them. */
function anchorsOf({ width, height }: InferInput): number {
  return [16, 32, 64, 128, 256, 512].reduce(
    (sum, stride, layer) => sum + Math.ceil(width / stride) * Math.ceil(height / stride) * (layer === 0 ? 3 : 6),
    0
  )
}

/** The usual mistakes: the wrong labels, or the wrong family. */
function remedy(shapes: number[][], context: Context): string {
  if (['yolox', 'yolov8', 'yolov8-seg'].includes(context.family)) {
    const masks = shapes.find((shape) => shape.length === 3)?.[0] ?? 0
    const counts = shapes
      .flat()
      .flatMap((axis) => (axis > 5 && axis < 400 ? [axis - 4, axis - 5, axis - 4 - masks] : []))
    const fitting = counts.find((classes) => tests[context.family](shapes, { ...context, classes }) === null)
    if (fitting !== undefined) return `It would fit a list of ${fitting} labels.`
  }
  const others = (Object.keys(tests) as FamilyName[]).filter((family) => tests[family](shapes, context) === null)
  if (others.length > 0) return `It would fit --parser ${others.join(' or ')}.`
  return 'Check the labels, or export the model without its own post-processing.'
}

function withoutBatch(shape: (number | string)[]): (number | string)[] {
  let rest = shape.length > 1 ? shape.slice(1) : shape
  while (rest.length > 1 && rest[0] === 1) rest = rest.slice(1)
  return rest
}

function describe(ports: OnnxPort[]): string {
  return ports.map((port) => `${port.name} [${port.shape.join(',')}]`).join(', ') || 'none'
}
