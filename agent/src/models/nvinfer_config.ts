/**
 * From the nvinfer.txt of a package, which is the same for every box, to the file that nvinfer reads on this one: its
 * parser library, its precision, its batch, its folder, and no key that its release does not know. Pure.
 */
import { parseIni, type Task, writeIni } from '@vedette/model'
import { type InferMachine, networkModes, type Precision, parserLibraryFor, precisionsOf } from './machine.ts'
import { isKnown } from './nvinfer_keys.ts'

export interface BoxConfigInput {
  /** Text of the package's nvinfer.txt. */
  nvinfer: string
  task: Task
  machine: InferMachine
  /** Pictures in the largest batch that will run. */
  batchSize: number
  precision: Precision
  dlaCore: number | null
  /** Absolute paths. The model's folder must be writable: nvinfer writes the engine beside the model. */
  files: { onnx: string; labels: string; calibration: string | null }
  /** Folder of our parser libraries. */
  parsers: string
}

export function boxConfig(input: BoxConfigInput): string {
  const { machine, files, task, precision, dlaCore } = input
  const ini = parseIni(input.nvinfer)
  const given = ini.get('property') ?? new Map<string, string>()
  const property = new Map([...given].filter(([key]) => isKnown(key, machine)))
  const set = (key: string, value: string | number) => property.set(key, String(value))
  set('gpu-id', machine.gpu.id)
  set('onnx-file', files.onnx)
  set('model-engine-file', engineFile(input))
  set('labelfile-path', files.labels)
  set('batch-size', input.batchSize)
  set('network-mode', networkModes[precision])
  property.delete('int8-calib-file')
  if (precision === 'int8' && files.calibration !== null) set('int8-calib-file', files.calibration)
  if (task === 'detection') {
    // Without it nvinfer groups rectangles, for which it needs a build with OpenCV.
    set('cluster-mode', given.get('cluster-mode') ?? 2)
    const library = given.get('custom-lib-path')
    if (library === undefined || isOurs(library)) {
      set('custom-lib-path', `${input.parsers}/${parserLibraryFor(machine.deepstream)}`)
    }
  }
  for (const key of ['enable-dla', 'use-dla-core']) property.delete(key)
  if (dlaCore !== null) {
    set('enable-dla', 1)
    set('use-dla-core', dlaCore)
  }
  const rest = [...ini].filter(([group]) => group !== 'property')
  return writeIni(new Map([['property', property], ...rest]))
}

/** `<model>_b<batch>_gpu<id>_<precision>.engine`: the name that nvinfer gives to what it builds, and looks for. */
export function engineFile(
  input: Pick<BoxConfigInput, 'machine' | 'batchSize' | 'precision' | 'dlaCore' | 'files'>
): string {
  const device = input.dlaCore === null ? `gpu${input.machine.gpu.id}` : `dla${input.dlaCore}`
  return `${input.files.onnx}_b${input.batchSize}_${device}_${input.precision}.engine`
}

/** What the package was made for (`network-mode`), or the best below it that this GPU does and that has what it needs. */
export function precisionFor(nvinfer: string, machine: InferMachine, hasCalibration: boolean): Precision {
  const mode = parseIni(nvinfer).get('property')?.get('network-mode') ?? '0'
  const able = precisionsOf(machine)
  if (mode === '1' && hasCalibration && able.includes('int8')) return 'int8'
  // 3 is "best": without a calibration that is FP16.
  return mode !== '0' && able.includes('fp16') ? 'fp16' : 'fp32'
}

/** On an accelerator where the package asks for one and the box has it; it computes in FP16 and INT8 only. */
export function dlaCoreFor(nvinfer: string, machine: InferMachine, precision: Precision): number | null {
  const property = parseIni(nvinfer).get('property')
  if (property?.get('enable-dla') !== '1' || machine.dlaCores === 0 || precision === 'fp32') return null
  const core = Number(property.get('use-dla-core') ?? 0)
  return core < machine.dlaCores ? core : 0
}

function isOurs(library: string): boolean {
  return /^(?:.*\/)?libvedette_parsers(?:_9)?\.so$/.test(library)
}
