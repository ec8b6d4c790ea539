// Puts a package on disk: its folder, and beside it the archive that is sent to consoles and boxes.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { archiveName, packageArchive } from '../archive.ts'
import {
  describeFiles,
  type Manifest,
  type PackageContents,
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
  for (const file of packageFiles) await writeFile(join(staged, file), contents[file])
  await writeFile(`${archive}.making-${process.pid}`, packageArchive(text, contents))
  await rm(folder, { recursive: true, force: true })
  await rename(staged, folder)
  await rename(`${archive}.making-${process.pid}`, archive)
  return { manifest, folder, archive }
}

export async function readPackageFolder(folder: string): Promise<{ manifest: string; contents: PackageContents }> {
  const files = await Promise.all(packageFiles.map(async (file) => [file, await readFile(join(folder, file))] as const))
  return {
    manifest: await readFile(join(folder, 'model.yaml'), 'utf8'),
    contents: Object.fromEntries(files) as unknown as PackageContents
  }
}
