import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { readArchive } from '../archive.ts'
import { checkFit } from '../check.ts'
import { inspectOnnx } from '../onnx.ts'
import { checkContents, parseManifest } from '../package.ts'
import { buildPackage } from './build.ts'
import { importModel } from './import.ts'
import { recipes } from './recipes.ts'
import { readPackageFolder } from './write_package.ts'

const names = ['ssd', 'nanodet'] as const
const built = mkdtempSync(join(tmpdir(), 'vedette-models-'))

beforeAll(async () => {
  for (const name of names) await buildPackage(recipes[name], built)
  return () => rmSync(built, { recursive: true })
})

const folderOf = (name: 'ssd' | 'nanodet') => join(built, `${recipes[name].name}-${recipes[name].version}`)

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-import-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

test.for(names)('the %s package is whole, on disk and as an archive', async (name) => {
  const { manifest, contents } = await readPackageFolder(folderOf(name))
  await checkContents(parseManifest(manifest), contents)
  const archived = readArchive(readFileSync(`${folderOf(name)}.vedette.tar`))
  expect(archived.manifest).toBe(manifest)
  await checkContents(parseManifest(archived.manifest), archived.contents)
})

test.for([
  ['ssd', 300, 23],
  ['nanodet', 416, 80]
] as const)('the %s graph takes any batch of %i pixels and fits its parser with %i labels', ([name, size, classes]) => {
  const summary = inspectOnnx(readFileSync(join(folderOf(name), 'model.onnx')))
  expect(summary.opset).toBe(13)
  const fit = checkFit(summary, { family: recipes[name].family, classes })
  expect(fit).toEqual({ input: { channels: 3, height: size, width: size, layout: 'NCHW' }, hasDynamicBatch: true })
})

test('a package that is there is left as it is', async () => {
  const file = join(folderOf('ssd'), 'model.yaml')
  const before = statSync(file).ino
  expect((await buildPackage(recipes.ssd, built)).wasThere).toBe(true)
  expect(statSync(file).ino).toBe(before)
})

test('an ONNX file becomes a package that says where it came from', async () => {
  const written = await importModel({
    file: join(folderOf('nanodet'), 'model.onnx'),
    parser: 'nanodet',
    labels: join(folderOf('nanodet'), 'labels.txt'),
    name: 'street',
    version: '2.0.0',
    licence: 'MIT',
    out: temporaryFolder()
  })
  expect(written.folder).toMatch(/street-2\.0\.0$/)
  const { manifest, contents } = await readPackageFolder(written.folder)
  expect(parseManifest(manifest)).toMatchObject({ family: 'nanodet', licence: 'MIT', source: 'model.onnx' })
  expect(new TextDecoder().decode(contents['nvinfer.txt'])).toContain(
    'parse-bbox-func-name=NvDsInferParseCustomNanoDet\n'
  )
})

test('a file that does not fit is refused and leaves nothing behind', async () => {
  const out = temporaryFolder()
  const options = { parser: 'yolox', labels: join(folderOf('nanodet'), 'labels.txt'), out }
  await expect(importModel({ ...options, file: join(folderOf('nanodet'), 'model.onnx') })).rejects.toThrow(
    /It would fit --parser nanodet/
  )
  const noise = join(out, 'noise.onnx')
  writeFileSync(noise, 'this is not a model')
  await expect(importModel({ ...options, file: noise })).rejects.toThrow(/Not an ONNX file/)
})

test('an unknown parser is answered with the known ones', async () => {
  await expect(importModel({ file: 'x', parser: 'yolo99', labels: 'y' })).rejects.toThrow(/expected one of ssd-anchors/)
})
