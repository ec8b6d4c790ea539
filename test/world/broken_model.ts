/** Packages like a good one, with something wrong in them. */
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

export interface Breakage {
  /** A package's archive. */
  from: string
  name: string
  /** Folder for the broken one. */
  dir: string
  /** The settings of the inference, nvinfer.txt, as they should be wrong. */
  settings(text: string): string
}

/** The archive's path. Whole, and its files are those its manifest lists: only a box that runs it can tell. */
export async function breakModel({ from, name, dir, settings }: Breakage): Promise<string> {
  const { manifest, contents } = readArchive(await readFile(from))
  const text = settings(new TextDecoder().decode(contents['nvinfer.txt']))
  const broken = { ...contents, 'nvinfer.txt': new TextEncoder().encode(text) }
  const identity: Manifest = { ...parseManifest(manifest), name, files: await describeFiles(broken) }
  return write(dir, identity, packageArchive(writeManifest(identity), broken))
}

/** The archive's path. One byte of the model is not what the manifest lists, as after a bad disk. */
export async function damageModel({ from, dir }: Pick<Breakage, 'from' | 'dir'>): Promise<string> {
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
