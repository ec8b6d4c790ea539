import { expect, test } from 'vitest'
import { checkContents, describeFiles, type Manifest, parseLabels, parseManifest, writeManifest } from './package.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const contents = {
  'labels.txt': bytes('person\ncar\n'),
  'model.onnx': bytes('weights'),
  'nvinfer.txt': bytes('[property]\n')
}

async function manifestOf(): Promise<Manifest> {
  return {
    format: 1,
    name: 'street',
    version: '1.2.0',
    task: 'detection',
    family: 'yolox',
    licence: 'Apache-2.0',
    source: 'https://example.org/street.onnx',
    labels: ['person', 'car'],
    files: await describeFiles(contents)
  }
}

test('a manifest survives being written and read', async () => {
  const manifest = await manifestOf()
  expect(parseManifest(writeManifest(manifest))).toEqual(manifest)
})

test('an unknown family is named with its key', async () => {
  const text = writeManifest(await manifestOf()).replace('family: yolox', 'family: yolo99')
  expect(() => parseManifest(text)).toThrow(/family .*received "yolo99"/)
})

test('a missing key is a named error', async () => {
  const text = writeManifest(await manifestOf()).replace('licence: Apache-2.0\n', '')
  expect(() => parseManifest(text)).toThrow(/licence/)
})

test('an unknown key is refused', async () => {
  const text = `${writeManifest(await manifestOf())}treshold: 3\n`
  expect(() => parseManifest(text)).toThrow(/model\.yaml.*treshold/)
})

test('a name cannot climb out of its folder', async () => {
  const text = writeManifest(await manifestOf()).replace('name: street', 'name: ../street')
  expect(() => parseManifest(text)).toThrow(/name .*received "\.\.\/street"/)
})

test('text that is no YAML is an error of the manifest', () => {
  expect(() => parseManifest('a: [')).toThrow(/model\.yaml is not YAML/)
})

test('whole contents pass', async () => {
  await expect(checkContents(await manifestOf(), contents)).resolves.toBeUndefined()
})

test('a changed file is told by name, with both hashes', async () => {
  const manifest = await manifestOf()
  await expect(checkContents(manifest, { ...contents, 'model.onnx': bytes('Weights') })).rejects.toThrow(
    /model\.onnx is not the file .* expected sha256 [0-9a-f]{64} .* found [0-9a-f]{64}/
  )
})

test('a missing file is told by name', async () => {
  const { 'nvinfer.txt': _, ...rest } = contents
  await expect(checkContents(await manifestOf(), rest)).rejects.toThrow(/nvinfer\.txt is missing/)
})

test('labels that differ from labels.txt are told by class', async () => {
  const manifest = { ...(await manifestOf()), labels: ['person', 'bus'] }
  await expect(checkContents(manifest, contents)).rejects.toThrow(/first differ at class 1/)
})

test('labels are lines, whatever ends them', () => {
  expect(parseLabels('\uFEFFperson\r\ncar\r\n\n')).toEqual(['person', 'car'])
  expect(() => parseLabels('person\n\ncar\n')).toThrow(/line 2 is empty/)
})
