import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { runDoctor } from './doctor.ts'
import type { Finding } from './finding.ts'
import { fakeTree } from './host/testing/fake_tree.ts'
import { examineMachine } from './pipeline/examination.ts'
import { parseSettings } from './settings.ts'
import { startBroker } from './uplink/testing/broker.ts'

const misbehaving = fileURLToPath(new URL('./pipeline/testing/misbehaving_addon.ts', import.meta.url))
const entry = fileURLToPath(new URL('./pipeline/process/engine_main.ts', import.meta.url))

const named = (findings: Finding[], check: string) => findings.find((finding) => finding.check === check)

test('an element or a library that takes its process down costs one line of the answer', {
  timeout: 60_000
}, async () => {
  const found = await examineMachine(
    {
      entry,
      addon: misbehaving,
      libraries: ['/lib/aborts.so', '/lib/missing.so', '/lib/right.so'],
      elements: ['last']
    },
    AbortSignal.timeout(50_000)
  )
  expect(found.capabilities?.gstreamerVersion).toBe('none')
  expect(found.libraries).toEqual({
    '/lib/aborts.so': { error: expect.stringContaining('SIGABRT'), version: null },
    '/lib/missing.so': { error: '/lib/missing.so: not found', version: null },
    '/lib/right.so': { error: null, version: '7.1' }
  })
  expect(found.elements).toEqual({
    opens: { error: null, version: null },
    refuses: { error: 'no device', version: null },
    aborts: { error: expect.stringContaining('SIGABRT'), version: null },
    last: { error: null, version: null }
  })
})

test('an addon that does not load is a finding, not a crash of the doctor', { timeout: 60_000 }, async () => {
  const { root, remove } = fakeTree({ deepstream: null })
  onTestFinished(remove)
  const sections = await runDoctor({
    settings: null,
    settingsFile: null,
    production: false,
    root,
    addon: '/nowhere/addon.ts',
    signal: AbortSignal.timeout(50_000)
  })
  const [finding] = sections.flatMap(({ findings }) => findings).filter(({ check }) => check === 'GStreamer')
  expect(finding).toMatchObject({ state: 'wrong', found: expect.stringContaining('/nowhere/addon.ts') })
})

test('with settings, data folder, models and console are checked; a broker that refuses is told', {
  timeout: 60_000
}, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'doctor-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const broker = await startBroker({ secret: 'right' })
  onTestFinished(() => broker.stop())
  const file = join(directory, 'box.yaml')
  const text = `box: { id: a }\ndataDir: ./data\nhttp: { port: 9 }\nmodels: [./none]\nconsole: { url: 'http://127.0.0.1:9', mqtt: '${broker.url}', secret: hidden-secret }\n`
  writeFileSync(file, text, { mode: 0o644 })
  const { root, remove } = fakeTree({ deepstream: null })
  onTestFinished(remove)
  const sections = await runDoctor({
    settings: parseSettings(text, file),
    settingsFile: file,
    production: true,
    root,
    addon: misbehaving,
    signal: AbortSignal.timeout(50_000)
  })
  const all = sections.flatMap(({ findings }) => findings)
  expect(named(all, 'data folder')).toMatchObject({ state: expect.not.stringMatching('wrong') })
  expect(named(all, 'model')).toMatchObject({ state: 'wrong', found: expect.stringContaining('none') })
  expect(named(all, 'console page')).toMatchObject({
    state: 'wrong',
    remedy: expect.stringContaining('the console runs')
  })
  expect(named(all, 'console broker')).toMatchObject({
    state: 'wrong',
    found: expect.stringContaining('refused box a')
  })
  expect(named(all, 'network security and firewall')).toMatchObject({ state: 'wrong' })
  expect(named(all, 'settings file')).toMatchObject({ state: 'warning', found: expect.stringContaining('644') })
  expect(named(all, 'restart on failure')).toMatchObject({ state: 'wrong' })
  expect(JSON.stringify(sections)).not.toContain('hidden-secret')
})

test('every stream of the cameras in the settings is touched, and who is away is told with the way to look closer', {
  timeout: 60_000
}, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'doctor-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  const there = `rtsp://127.0.0.1:${(server.address() as AddressInfo).port}`
  const file = join(directory, 'box.yaml')
  const text = `box: { id: a }
dataDir: ./data
http: { port: 0 }
cameras:
  door: { source: { kind: rtsp, url: '${there}/1', detectUrl: 'rtsp://127.0.0.1:9/2' }, user: viewer, password: hidden-secret }
  twice: { source: { kind: rtsp, url: '${there}/1', detectUrl: '${there}/1' } }
  film: { source: { kind: file, path: /nowhere/film.mp4 } }
  off: { enabled: false, source: { kind: file, path: /nowhere/film.mp4 } }
`
  const { root, remove } = fakeTree({ deepstream: '7.1.0', driver: '535.183.06' })
  onTestFinished(remove)
  const sections = await runDoctor({
    settings: parseSettings(text, file),
    settingsFile: file,
    production: false,
    root,
    addon: misbehaving,
    signal: AbortSignal.timeout(50_000)
  })
  const cameras = sections.find(({ title }) => title === 'Cameras')!.findings
  expect(cameras.map(({ check, state }) => [check, state])).toEqual([
    ['door', 'ok'],
    ['door, detectUrl', 'warning'],
    ['twice', 'ok'],
    ['twice, detectUrl', 'warning'],
    ['film', 'warning']
  ])
  expect(named(cameras, 'door, detectUrl')).toMatchObject({
    found: 'rtsp://127.0.0.1:9/2: refused',
    remedy: expect.stringContaining(`vedette probe door --config ${file}`)
  })
  expect(named(cameras, 'twice, detectUrl')?.found).toContain('the same address')
  expect(named(cameras, 'film')?.found).toContain('not there')
  const system = sections.find(({ title }) => title === 'System')!.findings
  expect(named(system, 'engine cache')).toMatchObject({ found: expect.stringContaining(join('models', 'engines')) })
  expect(JSON.stringify(sections)).not.toContain('hidden-secret')
})

test('a service unit that restarts and limits the agent passes the production list', { timeout: 60_000 }, async () => {
  const unit = '[Service]\nExecStart=/usr/bin/vedette start --config /etc/vedette/box.yaml\nRestart=always\n'
  const { root, remove } = fakeTree({
    deepstream: null,
    files: {
      '/etc/systemd/system/vedette.service': unit,
      '/etc/systemd/system/vedette.service.d/limits.conf': '[Service]\nMemoryMax=3G\n',
      '/etc/systemd/journald.conf.d/vedette.conf': '[Journal]\nSystemMaxUse=500M\n',
      '/etc/apt/apt.conf.d/20auto-upgrades': 'APT::Periodic::Unattended-Upgrade "1";\n'
    }
  })
  onTestFinished(remove)
  const sections = await runDoctor({
    settings: null,
    settingsFile: null,
    production: true,
    root,
    addon: misbehaving,
    signal: AbortSignal.timeout(50_000)
  })
  const all = sections.flatMap(({ findings }) => findings)
  for (const check of ['restart on failure', 'resource limits', 'log rotation and retention', 'security updates'])
    expect(named(all, check)).toMatchObject({ state: 'ok' })
})

test('the command line ends with 0 here, tells JSON, and ends with 2 when called wrongly', { timeout: 120_000 }, () => {
  const doctor = (...args: string[]) => {
    const cli = fileURLToPath(new URL('./cli.ts', import.meta.url))
    return spawnSync(process.execPath, [cli, 'doctor', ...args], { encoding: 'utf8' })
  }
  const { stdout, status } = doctor('--json')
  const told = JSON.parse(stdout) as { state: string; sections: { findings: Finding[] }[] }
  const all = told.sections.flatMap(({ findings }) => findings)
  expect(all.length).toBeGreaterThan(8)
  expect(status).toBe(all.some(({ state }) => state === 'wrong') ? 1 : 0)
  expect(named(all, 'GStreamer elements')).toMatchObject({ state: 'ok' })
  expect(named(all, 'encoder jpeg')?.found).toContain('jpegenc')
  expect(doctor('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('Exit codes') })
  expect(doctor('--confg')).toMatchObject({ status: 2, stderr: expect.stringContaining('--confg') })
})
