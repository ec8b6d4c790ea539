import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { stringify } from 'yaml'
import { loadSettings, parseSettings } from '../../settings.ts'

const settingsWith = (...strategies: Record<string, unknown>[]) =>
  parseSettings(
    stringify({ box: { id: 'box-1' }, dataDir: './data', detection: { strategies } }),
    '/etc/vedette/box.yaml'
  )

test('the examples are good settings', () => {
  const { detection, cameras } = loadSettings(
    new URL('../../../../configs/strategies/box.yaml', import.meta.url).pathname
  )
  expect(detection.strategies.map(({ name, labels }) => [name, labels])).toEqual([
    ['brightness', ['too dark', 'too bright']],
    ['colour', ['red']],
    ['blue-box', ['blue-box']],
    ['motion', ['motion']]
  ])
  expect(cameras.others?.camera.detection.strategies).toEqual(['brightness', 'motion'])
})

test('a module has limits unless told, and its path begins at the settings', () => {
  const { detection } = settingsWith({ name: 'vest', module: './vest.ts', class: 'Vest', config: { size: 3 } })
  expect(detection.strategies).toEqual([
    {
      name: 'vest',
      runs: { kind: 'module', path: '/etc/vedette/vest.ts', export: 'Vest' },
      labels: ['vest'],
      config: { size: 3 },
      ...{ width: 640, maxFps: 5, limitMs: 2000, memoryMiB: 256 }
    }
  ])
})

test('takes strategies as DeepStream applications write them', () => {
  const dir = mkdtempSync(join(tmpdir(), 'strategies-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  writeFileSync(join(dir, 'labels.txt'), 'vest\n\nhelmet\n')
  const { detection, models } = settingsWith(
    {
      name: 'yolo',
      enabled: true,
      model_path: './models/yolox',
      config: { input_shape: [3, 608, 608], output_layers: ['output'], threshold: 0.8 }
    },
    { name: 'gear', enabled: true, module: './gear.ts', class: 'Gear', labels_path: join(dir, 'labels.txt') },
    { name: 'old', enabled: false, module: './old.ts' }
  )
  expect(models).toEqual(['/etc/vedette/models/yolox'])
  expect(detection.confidence).toBe(0.8)
  expect(detection.strategies.map(({ name, labels }) => [name, labels])).toEqual([['gear', ['vest', 'helmet']]])
})

test.each([
  [{ name: 'vest' }, /strategies\.0: expected yolo, onnx, template, motion, or a module of your own.*"vest"/],
  [
    { name: 'vest', module: './vest.py' },
    /expected a TypeScript or JavaScript file, received \/etc\/vedette\/vest\.py/
  ],
  [{ name: 'yolo', modelPath: './yolo.engine' }, /expected a model package, which vedette model import makes/],
  [{ name: 'template' }, /expected a list of pictures to look for, received none/],
  [
    { name: 'template', templates: [{ label: 'a', file: 'a.png' }], config: { treshold: 0.5 } },
    /strategies\.0: config:.*treshold/
  ],
  [{ name: 'motion', config: { minArea: 3 } }, /strategies\.0: config: .*\/minArea, received 3/],
  [
    { name: 'vest', module: './v.ts', labelsPath: '/nowhere' },
    /expected a readable file, received \/nowhere \(ENOENT\)/
  ],
  [{ name: 'vest', module: './v.ts', maxFps: 900 }, /maxFps, received 900/],
  [{ name: 'vest', modul: './v.ts' }, /did you mean "module"/]
])('refuses %j', (strategy, message) => {
  expect(() => settingsWith(strategy)).toThrow(message)
})

test('refuses two of one name', () => {
  const twice = { name: 'vest', module: './vest.ts' }
  expect(() => settingsWith(twice, twice)).toThrow(/strategies\.1: expected a name that no other strategy has/)
})
