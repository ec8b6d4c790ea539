// Puts a package on disk: its folder, and beside it the archive that is sent to consoles and boxes.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { archiveName, packageArchive } from '../archive.ts'
import {
  calibrationFile,
  describeFiles,
  type Manifest,
  type PackageContents,
  type PackageFile,
  packageFiles,
  packageFolder,
  parseManifest,
  writeManifest
} from '../package.ts'

export interface WrittenPackage {
  manifest: Manifest
  /** The folder with model.yaml in it. */
  folder: string
  archive: string
}

/** All of a manifest that its files do not say. */
export type PackageDescription = Distributed<Manifest>
type Distributed<M> = M extends Manifest ? Omit<M, 'files' | 'format'> : never

/** Both appear whole or not at all: made under another name and renamed. */
export async function writePackage(
  parent: string,
  description: PackageDescription,
  contents: PackageContents
): Promise<WrittenPackage> {
  const files = await describeFiles(contents)
  const manifest = parseManifest(writeManifest({ format: 1, ...description, files }))
  const text = writeManifest(manifest)
  const folder = join(parent, packageFolder(manifest))
  const archive = join(parent, archiveName(manifest))
  const staged = `${folder}.making-${process.pid}`
  await mkdir(staged, { recursive: true })
  await writeFile(join(staged, 'model.yaml'), text)
  for (const [file, bytes] of Object.entries(contents)) await writeFile(join(staged, file), bytes)
  await writeFile(`${archive}.making-${process.pid}`, packageArchive(text, contents))
  await rm(folder, { recursive: true, force: true })
  await rename(staged, folder)
  await rename(`${archive}.making-${process.pid}`, archive)
  return { manifest, folder, archive }
}

export async function readPackageFolder(folder: string): Promise<{ manifest: string; contents: PackageContents }> {
  const read = (file: PackageFile) => readFile(join(folder, file))
  const [labels, model, nvinfer] = await Promise.all(packageFiles.map(read))
  const calibration = await readFile(join(folder, calibrationFile)).catch(() => null)
  return {
    manifest: await readFile(join(folder, 'model.yaml'), 'utf8'),
    contents: {
      'labels.txt': labels!,
      'model.onnx': model!,
      'nvinfer.txt': nvinfer!,
      ...(calibration && { [calibrationFile]: calibration })
    }
  }
}
