/** `vedette model …`: packages on this machine's disk. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { checkPackage, parseManifest } from '@vedette/model'
import { importModel, modelsFolder, readPackageFolder } from '@vedette/model/convert'
import { ProgressBar } from './progress.ts'
import { UsageError } from './usage_error.ts'

const JSON_FLAG = { type: 'boolean', default: false } as const

const modelHelp = `Usage: vedette model import FILE.onnx --parser FAMILY --labels FILE [--name NAME] [--version X.Y.Z]
                            [--licence TEXT] [--source TEXT] [--out DIR] [--json]
       vedette model list [DIR] [--json]
       vedette model verify DIR [--json]

import   makes a model package of an ONNX file, checking its shapes; FAMILY is that of a detector, or classifier
list     the packages in a folder
verify   compares a package's files with its model.yaml and with each other

  --out DIR   where packages are made; list and import know the same one unless told
  --json      {"name", "version", …}, for list a list of them; a damaged package has "damaged" with the reason

Exit codes: 0 done, 1 failed or damaged, 2 called wrongly.`

export async function modelCommand(args: string[]): Promise<void> {
  const [verb, ...rest] = args
  if (args.includes('--help') || args.includes('-h')) return console.log(modelHelp)
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
    options: {
      parser: text,
      labels: text,
      name: text,
      version: text,
      licence: text,
      source: text,
      out: text,
      json: JSON_FLAG
    }
  })
  const [file, ...more] = positionals
  const { parser, labels, json, ...optional } = values
  if (file === undefined || more.length > 0 || parser === undefined || labels === undefined) {
    throw new UsageError('expected: vedette model import FILE.onnx --parser FAMILY --labels FILE')
  }
  // Hashing and packing some hundred megabytes takes its time on a small box.
  const bar = new ProgressBar()
  const { folder, archive, manifest } = await importModel({
    ...{ file, parser, labels, ...optional },
    progress: process.stderr.isTTY ? bar.show : undefined
  }).finally(() => bar.clear())
  const { name, version } = manifest
  if (json) return console.log(JSON.stringify({ name, version, folder, archive }, null, 2))
  console.log(`${manifest.name} ${manifest.version}: ${folder}`)
  console.log(`archive for the console: ${archive}`)
}

async function listCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: JSON_FLAG } })
  const [directory = modelsFolder(), ...more] = positionals
  if (more.length > 0) throw new UsageError('expected: vedette model list [DIR]')
  const names = await readdir(directory).catch(() => {
    throw new Error(`expected a folder of model packages, received ${directory}; make some with vedette model import`)
  })
  const found: Listed[] = []
  for (const name of names.toSorted()) {
    const folder = join(directory, name)
    if (await stat(join(folder, 'model.yaml')).catch(() => null)) found.push(await listed(name, folder))
  }
  if (values.json) console.log(JSON.stringify(found, null, 2))
  else for (const model of found) console.log(listLine(model))
}

type Listed =
  | { folder: string; name: string; version: string; task: string; classes: number }
  | { folder: string; name: string; damaged: string }

async function listed(name: string, folder: string): Promise<Listed> {
  try {
    const manifest = parseManifest((await readPackageFolder(folder)).manifest)
    const { version, task, labels } = manifest
    return { folder, name: manifest.name, version, task, classes: labels.length }
  } catch (error) {
    return { folder, name, damaged: (error as Error).message }
  }
}

function listLine(model: Listed): string {
  if ('damaged' in model) return `${model.name}\tdamaged: ${model.damaged}`
  return [model.name, model.version, `${model.classes} classes`, model.folder].join('\t')
}

async function verifyCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { json: JSON_FLAG } })
  const [folder, ...rest] = positionals
  if (folder === undefined || rest.length > 0) throw new UsageError('expected: vedette model verify DIR')
  try {
    const { manifest: text, contents } = await readPackageFolder(folder)
    const manifest = parseManifest(text)
    await checkPackage(manifest, contents)
    const { name, version } = manifest
    const files = Object.keys(contents)
    if (values.json) return console.log(JSON.stringify({ name, version, folder, files }, null, 2))
    console.log(`${name} ${version} is whole: ${files.join(', ')} are what model.yaml says, and fit each other`)
  } catch (error) {
    if (!values.json) throw error
    console.log(JSON.stringify({ folder, damaged: (error as Error).message }, null, 2))
    process.exitCode = 1
  }
}
