/** `vedette model …`: packages on this machine's disk. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { checkPackage, parseManifest } from '@vedette/model'
import { importModel, modelsFolder, readPackageFolder } from '@vedette/model/convert'
import { UsageError } from './usage_error.ts'

export async function modelCommand(args: string[]): Promise<void> {
  const [verb, ...rest] = args
  if (verb === 'import') return importCommand(rest)
  if (verb === 'list') return listCommand(rest)
  if (verb === 'verify') return verifyCommand(rest)
  throw new UsageError(`expected import, list or verify after vedette model, received ${verb ?? 'nothing'}`)
}

async function importCommand(args: string[]): Promise<void> {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { parser: text, labels: text, name: text, version: text, licence: text, source: text, out: text }
  })
  const [file, ...more] = positionals
  const { parser, labels, ...optional } = values
  if (file === undefined || more.length > 0 || parser === undefined || labels === undefined) {
    throw new UsageError('expected: vedette model import FILE.onnx --parser FAMILY --labels FILE')
  }
  const { folder, archive, manifest } = await importModel({ file, parser, labels, ...optional })
  console.log(`${manifest.name} ${manifest.version}: ${folder}`)
  console.log(`archive for the console: ${archive}`)
}

async function listCommand(args: string[]): Promise<void> {
  const [directory = modelsFolder()] = args
  const names = await readdir(directory).catch(() => {
    throw new Error(`expected a folder of model packages, received ${directory}; make some with vedette model import`)
  })
  for (const name of names.toSorted()) {
    const folder = join(directory, name)
    if (!(await stat(join(folder, 'model.yaml')).catch(() => null))) continue
    const manifest = await readPackageFolder(folder).then(
      (found) => parseManifest(found.manifest),
      (error: Error) => error
    )
    if (manifest instanceof Error) console.log(`${name}\tdamaged: ${manifest.message}`)
    else console.log([manifest.name, manifest.version, `${manifest.labels.length} classes`, folder].join('\t'))
  }
}

async function verifyCommand(args: string[]): Promise<void> {
  const [folder, ...rest] = args
  if (folder === undefined || rest.length > 0) throw new UsageError('expected: vedette model verify DIR')
  const { manifest: text, contents } = await readPackageFolder(folder)
  const manifest = parseManifest(text)
  await checkPackage(manifest, contents)
  console.log(
    `${manifest.name} ${manifest.version} is whole: ${Object.keys(contents).join(', ')} are what model.yaml says, and fit each other`
  )
}
