import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { RuleKind } from '@vedette/protocol'
import { expect, onTestFinished, test, vi } from 'vitest'
import { loadSettings, parseSettings } from './settings.ts'

const least = 'box: { id: box-1 }\ndataDir: ./data\n'

test('loads the documented example', () => {
  vi.stubEnv('VEDETTE_BOX_SECRET', 's3cret')
  vi.stubEnv('VEDETTE_DOOR_PASSWORD', 'hunter2')
  onTestFinished(() => void vi.unstubAllEnvs())
  const settings = loadSettings(new URL('../../configs/box.yaml', import.meta.url).pathname)
  expect(settings.box).toEqual({ id: 'box-1', name: 'Warehouse north' })
  expect(settings.console?.secret.reveal()).toBe('s3cret')
  expect(settings.cameras.door?.credential?.password.reveal()).toBe('hunter2')
  expect(settings.cameras.shapes?.camera).toMatchObject({ name: 'shapes', enabled: true, frames: 'leased' })
  const shown = inspect(settings, { depth: 9 }) + JSON.stringify(settings)
  expect(shown).not.toMatch(/s3cret|hunter2/)
})

test('loads the example with rules of every kind', () => {
  const { cameras } = loadSettings(new URL('../../configs/rules.yaml', import.meta.url).pathname)
  const { rules = {}, masks } = cameras.yard!.camera
  const kinds = new Set(Object.values(rules).map(({ kind }) => kind))
  expect(kinds.size).toBe(RuleKind.anyOf.length)
  expect(masks?.objects).toHaveLength(1)
})

test('needs no more than an id and a data directory', () => {
  const settings = parseSettings(least, '/etc/vedette/box.yaml')
  expect(settings.dataDir).toBe('/etc/vedette/data')
  expect(settings.console).toBeNull()
  expect(settings.http).toMatchObject({ host: '127.0.0.1', port: 8000, token: null, cors: [] })
  expect(Object.isFrozen(settings.pipeline)).toBe(true)
})

test.each([
  [`${least}pipelin: {}`, 'box.yaml:3: unknown key "pipelin": did you mean "pipeline"?'],
  [`${least}http:\n  prot: 1`, 'box.yaml:4: unknown key "http.prot": did you mean "port"?'],
  [
    `${least}cameras:\n  door:\n    source:\n      kind: rtsp\n      url: rtsp://x\n      latencyMS: 3`,
    'box.yaml:8: unknown key "cameras.door.source.latencyMS": did you mean "latencyMs"?'
  ],
  [`${least}http: { port: 70000 }`, /^box.yaml:3: settings: .*\/http\/port/],
  [
    `${least}cameras:\n  door:\n    source: { kind: rtsp, url: http://x }`,
    /^box.yaml:5: cameras.door: expected rtsp:.*\/source\/url/
  ],
  [
    `${least}cameras:\n  door:\n    source: { kind: v4l2, device: /dev/video0, policy: every-frame }`,
    /^box.yaml:5: cameras.door: expected "realtime", because a camera waits for nobody .* received "every-frame"/
  ],
  [
    `${least}cameras:\n  door:\n    source: { kind: test }\n    rules:\n      gate:\n        kind: line-crossed\n        name: Gate\n        lines: []`,
    'box.yaml:10: unknown key "cameras.door.rules.gate.lines": did you mean "line"?'
  ],
  [
    `${least}cameras:\n  door:\n    source: { kind: test }\n    rules:\n      yard:\n        kind: zone-entered\n        name: Yard\n        zone:\n          - [0, 0]\n          - [1, 1]\n          - [1, 0]\n          - [0, 1]`,
    /^box.yaml:13: cameras.door: expected sides that do not cross, .* move point 3 for .rules.yard.zone.2, received .1,0./
  ],
  [`${least}box: 3`, 'box.yaml:3: Map keys must be unique'],
  [
    `${least}console:\n  url: http://x\n  mqtt: mqtt://x\n  secret: !file nowhere`,
    'box.yaml:6: expected a readable file'
  ],
  [`${least}http: { host: 0.0.0.0 }`, /^box.yaml:3: expected http.token because http.host is 0.0.0.0/],
  [`${least}http: { host: 0.0.0.0, token: short }`, /^box.yaml:3: settings: .*\/http\/token.*redacted/],
  [`${least}logLevel: !env VEDETTE_NOT_SET_ANYWHERE`, 'box.yaml:3: expected environment variable VEDETTE_NOT_SET_ANY']
])('refuses %j by file, line and key', (text, message: string | RegExp) => {
  expect(() => parseSettings(text, 'box.yaml')).toThrow(message)
})

test('never repeats a secret in an error', () => {
  const text = `${least}console:\n  url: http://x\n  mqtt: mqtt://x\n  secret: [topsecret]`
  expect(() => parseSettings(text, 'box.yaml')).toThrow(/box.yaml:6: .*redacted/)
  expect(() => parseSettings(text, 'box.yaml')).not.toThrow(/topsecret/)
})

test('reads a secret from a file beside the settings', () => {
  const directory = mkdtempSync(join(tmpdir(), 'settings-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  writeFileSync(join(directory, 'secret'), 'abc\n')
  const text = `${least}console: { url: http://x/, mqtt: mqtt://x, secret: !file secret }`
  const settings = parseSettings(text, join(directory, 'box.yaml'))
  expect(settings.console?.secret.reveal()).toBe('abc')
  expect(settings.console?.url).toBe('http://x')
})
