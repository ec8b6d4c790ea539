// Who wins: defaults < files in their order < environment < command line.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { effective, settingsFrom } from '../settings.ts'
import type { CommandLine } from './command_line.ts'
import { fileLayer } from './file_layer.ts'

interface Said {
  files?: Record<string, string>
  environment?: Record<string, string>
  commandLine?: CommandLine
}

function read({ files = {}, environment = {}, commandLine = {} }: Said) {
  const layers = Object.entries(files).map(([name, text]) => fileLayer(text, name))
  const reading = settingsFrom({ files: layers, environment, commandLine, directory: '/home/ada' })
  const told = effective(reading)
  return {
    ...reading,
    wrong: reading.problems.map(({ where, message }) => `${where}: ${message}`),
    warned: reading.warnings.map(({ where, message }) => `${where}: ${message}`),
    of: (key: string) => {
      const found = told.find((each) => each.key === key)
      return found && [found.value, found.from]
    }
  }
}

function folder(files: Record<string, string>): string {
  const directory = mkdtempSync(join(tmpdir(), 'settings-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
  return directory
}

test('a later file wins over an earlier one, the environment over both, the command line over all', () => {
  const files = {
    'base.yaml': 'http:\n  port: 1\n  prefix: /base\n  maxViewers: 7\nlogLevel: warn\n',
    'site.yaml': 'http:\n  port: 2\n  prefix: /site\n'
  }
  const { of } = read({
    files,
    environment: { VEDETTE_HTTP_PORT: '3', VEDETTE_LOG_LEVEL: 'error' },
    commandLine: { port: '4', set: ['spool.maxBytes=2MiB'] }
  })
  expect(of('http.port')).toEqual([4, '--port'])
  expect(of('logLevel')).toEqual(['error', 'VEDETTE_LOG_LEVEL'])
  expect(of('http.prefix')).toEqual(['/site', 'site.yaml:3'])
  expect(of('http.maxViewers')).toEqual([7, 'base.yaml:4'])
  expect(of('spool.maxBytes')).toEqual([2_097_152, '--set spool.maxBytes'])
  expect(of('spool.maxAgeDays')).toEqual([30, 'default'])
})

test('a list and a source are replaced as a whole, cameras are joined one by one', () => {
  const files = {
    'a.yaml':
      'models: [/a, /b]\ncameras:\n  door: { source: { kind: file, path: /x.mp4, loop: true } }\n  yard: { source: test }\n',
    'b.yaml': 'models: [/c]\ncameras:\n  door: { name: Door, source: { kind: test } }\n'
  }
  const { settings, of } = read({ files })
  expect(settings?.models).toEqual(['/c'])
  expect(Object.keys(settings?.cameras ?? {})).toEqual(['door', 'yard'])
  expect(settings?.cameras.door?.camera).toMatchObject({ name: 'Door', source: { kind: 'test', width: 640 } })
  expect(of('cameras.door.source.kind')).toEqual(['test', 'b.yaml:3'])
})

test('null takes back what an earlier place said, and keeps its meaning where it has one', () => {
  const files = { 'box.yaml': 'console: { url: http://c, mqtt: mqtt://c, secret: s }\nbox: { id: a }\n' }
  const { settings } = read({ files, commandLine: { set: ['console=null', 'analysis.model=null'] } })
  expect([settings?.console, settings?.analysis]).toEqual([null, { model: null }])
})

test('a relative path begins at the file that says it, or in the working folder', () => {
  const directory = folder({})
  const { settings } = read({
    files: {
      [join(directory, 'box.yaml')]: 'dataDir: ./data\ncameras: { a: { source: { kind: file, path: a.mp4 } } }'
    },
    environment: { VEDETTE_MODELS: 'models/a, /models/b' }
  })
  expect(settings?.dataDir).toBe(join(directory, 'data'))
  expect(settings?.cameras.a?.camera.source).toMatchObject({ path: join(directory, 'a.mp4') })
  expect(settings?.models).toEqual(['/home/ada/models/a', '/models/b'])
})

test('a text from the environment stays one, a number, a list and a map become what the setting takes', () => {
  const { settings, wrong } = read({
    environment: {
      VEDETTE_BOX_NAME: '007',
      VEDETTE_PIPELINE_ADAPT: 'false',
      VEDETTE_PIPELINE_CPU_AFFINITY: '0,2',
      VEDETTE_ANALYSIS_MODEL: 'null',
      VEDETTE_CAMERAS: '{ gate: { source: rtsp://gate/1 } }',
      VEDETTE_HTTP_PREFIX: ''
    }
  })
  expect(wrong).toEqual([])
  expect(settings?.box.name).toBe('007')
  expect(settings?.pipeline).toMatchObject({ adapt: false, cpuAffinity: [0, 2] })
  expect(settings?.analysis.model).toBeNull()
  expect(settings?.cameras.gate?.camera.source).toMatchObject({ kind: 'rtsp', url: 'rtsp://gate/1', transport: 'auto' })
})

test('a secret comes by file, and is shown by nobody', () => {
  const directory = folder({ token: 'a-token-of-sixteen-signs\n' })
  const reading = read({
    files: {
      'box.json':
        '{ "box": { "id": "a" }, "console": { "url": "http://c", "mqtt": "mqtt://c", "secret": { "!env": "HOME" } } }'
    },
    environment: { VEDETTE_HTTP_TOKEN_FILE: join(directory, 'token') }
  })
  expect(reading.settings?.http.token?.reveal()).toBe('a-token-of-sixteen-signs')
  expect(reading.settings?.console?.secret.reveal()).toBe(process.env.HOME)
  expect(reading.of('http.token')).toEqual(['[redacted]', 'VEDETTE_HTTP_TOKEN_FILE'])
  expect(reading.of('console.secret')).toEqual(['[redacted]', 'box.json:1'])
  expect(JSON.stringify(effective(reading))).not.toContain('sixteen')
})

test('a debug variable of other systems turns the log up, and contradicts a level that is lower', () => {
  expect(read({ environment: { PYDS_DEBUG: '1' } }).of('logLevel')).toEqual(['debug', 'PYDS_DEBUG'])
  expect(read({ environment: { VEDETTE_DEBUG: '0' } }).of('logLevel')).toEqual(['info', 'default'])
  const { wrong } = read({ environment: { VEDETTE_DEBUG: '1', VEDETTE_LOG_LEVEL: 'warn' } })
  expect(wrong).toEqual(['VEDETTE_DEBUG: expected VEDETTE_LOG_LEVEL to be debug or unset, received warn'])
})

test('a misspelt variable is told with the nearest name, one that a file names is not', () => {
  const { warned } = read({
    files: { 'box.yaml': 'box: { name: !env VEDETTE_BOX_TITLE }' },
    environment: { VEDETTE_PIPELINE_MAXSOURCES: '3', VEDETTE_BOX_TITLE: 'x', VEDETTE_CACHE: '/x' }
  })
  expect(warned).toEqual([
    'VEDETTE_PIPELINE_MAXSOURCES: no setting has this name: did you mean VEDETTE_PIPELINE_MAX_SOURCES?'
  ])
})

test('cameras of the command line stand in place of all others', () => {
  const files = { 'box.yaml': 'cameras: { door: { source: test } }' }
  const { settings, of } = read({
    files,
    commandLine: { source: ['test', 'rtsp://ada:p@ss@cam/1', 'file:///film.mp4', '/dev/video0', 'clips/a.mp4'] }
  })
  const sources = Object.entries(settings?.cameras ?? {}).map(([id, { camera }]) => [id, camera.source.kind])
  expect(sources).toEqual([
    ['source-1', 'test'],
    ['source-2', 'rtsp'],
    ['source-3', 'file'],
    ['source-4', 'v4l2'],
    ['source-5', 'file']
  ])
  expect(settings?.cameras['source-2']?.credential?.password.reveal()).toBe('p@ss')
  expect(settings?.cameras['source-5']?.camera.source).toMatchObject({ path: '/home/ada/clips/a.mp4' })
  expect(of('cameras.source-2.password')).toEqual(['[redacted]', '--source'])
})

test('a console and cameras of the command line exclude each other', () => {
  const files = { 'box.yaml': 'box: { id: a }\nconsole: { url: http://c, mqtt: mqtt://c, secret: s }' }
  const { wrong } = read({ files, commandLine: { source: ['test'] } })
  expect(wrong).toEqual([
    '--source: expected no console with it, because the console says which cameras run (box.yaml:2): add --set console=null to run alone'
  ])
  expect(read({ files: { 'box.yaml': files['box.yaml'].split('\n')[1]! } }).wrong).toEqual([
    'box.yaml:1: expected box.id, as the console shows it for this box, received none'
  ])
})

test('a file of sources is a list of addresses and cameras, with lines of its own', () => {
  const directory = folder({
    'sources.yaml':
      'sources:\n  - rtsp://cam/1\n  - id: yard\n    uri: film.mp4\n    name: Yard\n  - id: gate\n    url: test\n    nam: x\n',
    'wrong.yaml': 'streams: []\n',
    'twice.yaml': 'sources: [{ id: a, source: test }, { id: a, source: test }]\n'
  })
  const sources = (name: string) => read({ commandLine: { sources: join(directory, name) } })
  const { wrong } = sources('sources.yaml')
  expect(wrong).toEqual([`${directory}/sources.yaml:8: unknown key "cameras.gate.nam": did you mean "name"?`])
  expect(sources('wrong.yaml').wrong[0]).toContain('wrong.yaml:1: expected "sources:" with a list')
  expect(sources('twice.yaml').wrong[0]).toContain('expected each id once, received a twice')
})

test('everything that is wrong is told at once, each with its place', () => {
  const { wrong } = read({
    files: {
      'box.yaml':
        'pipelin: {}\nhttp:\n  port: 70000\n  maxViewers: 0\nmodelTrialS: 5 parsecs\ncameras:\n  a: { source: ftp://x }\n'
    },
    environment: { VEDETTE_HEALTH_INTERVAL_S: 'soon' },
    commandLine: { set: ['http.prot=1', 'nothing'] }
  })
  expect(wrong.map((line) => line.slice(0, 60))).toEqual([
    expect.stringMatching(/^--set http.prot: unknown key "http.prot": did you mean "port/),
    expect.stringMatching(/^--set: expected key=value/),
    expect.stringMatching(/^box.yaml:7: expected rtsp:/),
    expect.stringMatching(/^box.yaml:1: unknown key "pipelin"/),
    expect.stringMatching(/^box.yaml:5: modelTrialS: expected a number/),
    expect.stringMatching(/^VEDETTE_HEALTH_INTERVAL_S: healthIntervalS: expected/),
    expect.stringMatching(/^box.yaml:3: settings: expected an integer/),
    expect.stringMatching(/^box.yaml:4: settings: expected an integer/)
  ])
})
