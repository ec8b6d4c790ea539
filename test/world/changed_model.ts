/** Packages made from a good one: another version of it, or with something wrong in them. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  archiveName,
  describeFiles,
  type Manifest,
  packageArchive,
  parseManifest,
  readArchive,
  writeManifest
} from '@vedette/model'

export interface Change {
  /** A package's archive. */
  from: string
  name?: string
  version?: string
  /** Folder for the new one. */
  dir: string
  /** The settings of the inference, nvinfer.txt, as they should be. */
  settings?(text: string): string
  /** The network, as it should be. */
  onnx?(model: Buffer): void
}

/** The archive's path. Whole, and its files are those its manifest lists: only a box that runs it can tell what it does. */
export async function changeModel({ from, dir, settings, onnx, ...names }: Change): Promise<string> {
  const { manifest, contents } = readArchive(await readFile(from))
  const text = new TextDecoder().decode(contents['nvinfer.txt'])
  const model = Buffer.from(contents['model.onnx'])
  onnx?.(model)
  const changed = {
    ...contents,
    'nvinfer.txt': new TextEncoder().encode(settings?.(text) ?? text),
    'model.onnx': new Uint8Array(model)
  }
  const identity: Manifest = { ...parseManifest(manifest), ...names, files: await describeFiles(changed) }
  return write(dir, identity, packageArchive(writeManifest(identity), changed))
}

/** Other weights: one bit of one number in the middle of them. */
export function otherWeights(model: Buffer): void {
  model[(model.length >> 3) << 2]! ^= 1
}

/** An operator that nothing can compute: the file is sound, and does not load. */
export function strangeOperator(model: Buffer): void {
  replaceAll(model, '\x22\x04Clip', '\x22\x04Clop')
}

/**
 * One picture at once instead of as many as one likes: the axis "batch" of inputs and outputs becomes 1 (onnx.proto,
 * Dimension: dim_param is field 2, dim_value is field 1), written as long as the name was.
 */
export function oneAtOnce(model: Buffer): void {
  replaceAll(model, '\x12\x05batch', '\x08\x81\x80\x80\x80\x80\x00')
}

function replaceAll(model: Buffer, from: string, to: string): void {
  const sought = Buffer.from(from, 'latin1')
  let at = model.indexOf(sought)
  if (at < 0) throw new Error(`expected ${JSON.stringify(from)} in the model`)
  for (; at >= 0; at = model.indexOf(sought, at)) model.write(to, at, 'latin1')
}

/** The archive's path. One byte of the model is not what the manifest lists, as after a bad disk. */
export async function damageModel({ from, dir }: Pick<Change, 'from' | 'dir'>): Promise<string> {
  const { manifest, contents } = readArchive(await readFile(from))
  const model = contents['model.onnx'].slice()
  model[model.length >> 1]! ^= 0xff
  return write(dir, parseManifest(manifest), packageArchive(manifest, { ...contents, 'model.onnx': model }))
}

async function write(dir: string, identity: Manifest, archive: Uint8Array): Promise<string> {
  const file = join(dir, archiveName(identity))
  await writeFile(file, archive)
  return file
}
