import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { archiveIndex, packageArchive, readArchive } from './archive.ts'

const contents = {
  'labels.txt': new TextEncoder().encode('person\n'),
  'model.onnx': new Uint8Array(1025).fill(7),
  'nvinfer.txt': new TextEncoder().encode('[property]\n')
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'vedette-archive-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

test('what goes into an archive comes out of it, model.yaml first', () => {
  const archive = packageArchive('format: 1\n', contents)
  expect(archiveIndex(archive).map((entry) => entry.name)).toEqual([
    'model.yaml',
    'labels.txt',
    'model.onnx',
    'nvinfer.txt'
  ])
  expect(readArchive(archive)).toEqual({ manifest: 'format: 1\n', contents })
})

test('the same files always make the same bytes', () => {
  expect(packageArchive('a', contents)).toEqual(packageArchive('a', contents))
})

test('tar unpacks an archive', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'package.tar'), packageArchive('format: 1\n', contents))
  execFileSync('tar', ['xf', 'package.tar'], { cwd: folder })
  expect(new Uint8Array(readFileSync(join(folder, 'model.onnx')))).toEqual(contents['model.onnx'])
  expect(readFileSync(join(folder, 'model.yaml'), 'utf8')).toBe('format: 1\n')
})

test('an archive made by tar is read', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'model.yaml'), 'format: 1\n')
  for (const [name, bytes] of Object.entries(contents)) writeFileSync(join(folder, name), bytes)
  const files = ['model.yaml', ...Object.keys(contents)]
  execFileSync('tar', ['cf', 'package.tar', '--format=ustar', ...files], { cwd: folder })
  expect(readArchive(readFileSync(join(folder, 'package.tar'))).manifest).toBe('format: 1\n')
})

test('a package may bring a calibration for INT8', () => {
  const calibrated = { ...contents, 'calibration.txt': new TextEncoder().encode('TRT-8601-EntropyCalibration2\n') }
  expect(readArchive(packageArchive('a', calibrated)).contents).toEqual(calibrated)
})

test('an archive that was cut off says where', () => {
  const archive = packageArchive('a', contents)
  expect(() => readArchive(archive.subarray(0, 2600))).toThrow(/ends inside model\.onnx/)
})

test('a file that does not belong into a package is refused by name', () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'evil.sh'), 'true')
  execFileSync('tar', ['cf', 'package.tar', '--format=ustar', 'evil.sh'], { cwd: folder })
  expect(() => readArchive(readFileSync(join(folder, 'package.tar')))).toThrow(/nothing else; found evil\.sh/)
})

test('links in an archive are refused', () => {
  const folder = temporaryFolder()
  execFileSync('ln', ['-s', '/etc/passwd', 'model.yaml'], { cwd: folder })
  execFileSync('tar', ['cf', 'package.tar', '--format=ustar', 'model.yaml'], { cwd: folder })
  expect(() => readArchive(readFileSync(join(folder, 'package.tar')))).toThrow(/model\.yaml has tar type 2/)
})

test('a damaged header is noticed by its checksum', () => {
  const archive = packageArchive('a', contents)
  archive[1] = 88
  expect(() => readArchive(archive)).toThrow(/No ustar header at byte 0/)
})
