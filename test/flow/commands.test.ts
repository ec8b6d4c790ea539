// The command line as a person or a script uses it: one process for each call, its exit code and what it prints.
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { startBox } from '../world/box.ts'
import { cacheDir } from '../world/cache.ts'
import { startConsole } from '../world/console.ts'
import { Operator } from '../world/operator.ts'
import { WorldProcess } from '../world/process.ts'
import { VEDETTE } from '../world/programs.ts'
import { eventually } from '../world/wait.ts'

const MODELS = join(cacheDir(), 'models')
const LIMIT_MS = 120_000

async function vedette(
  args: string[],
  { env = {}, input = '' }: { env?: Record<string, string>; input?: string } = {}
) {
  const run = new WorldProcess({ command: process.execPath, args: [VEDETTE, ...args], env })
  onTestFinished(() => run.stop())
  run.child.stdin?.end(input)
  const [out, err] = await Promise.all([text(run.child.stdout!), text(run.child.stderr!)])
  return { code: await run.exited(), out, err }
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-commands-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

test('validate tells all that is wrong with settings, and with what they speak of', { timeout: LIMIT_MS }, async () => {
  const folder = await makeFolder()
  const file = join(folder, 'box.yaml')
  await writeFile(
    file,
    `dataDir: ./data
models: [./nowhere]
pipeline:
  family: cpu
  gpu: 0
  cpuAffinity: [0, 4000]
cameras:
  film:
    source: { kind: file, path: gone.mp4 }
  webcam: { source: /dev/video99 }
`
  )
  const { code, out } = await vedette(['validate', '--config', file, '--json'])
  const { state, remarks } = JSON.parse(out) as { state: string; remarks: { where: string; message: string }[] }
  expect([code, state]).toEqual([1, 'wrong'])
  const told = remarks.map(({ where, message }) => `${where.replace(`${folder}/`, '')}: ${message}`)
  expect(told).toEqual([
    `box.yaml:9: cameras.film.source.path: expected a film that can be read, received ${folder}/gone.mp4`,
    'box.yaml:10: cameras.webcam.source.device: expected a device that is there, received /dev/video99',
    expect.stringMatching(
      /^box.yaml:6: pipeline.cpuAffinity: expected processors 0 … \d+ of this machine, received 4000$/
    ),
    expect.stringMatching(/^box.yaml:2: models.0: expected a model package, received .*nowhere/),
    'box.yaml:5: pipeline.gpu: has no effect here: this box runs without DeepStream'
  ])
  const syntax = await vedette(['validate', '--config', file, '--set', 'htp.port=1', '--port', 'x'])
  expect([syntax.code, syntax.out]).toEqual([1, expect.stringContaining('did you mean "http"?')])
  expect(syntax.out).toMatch(/--port: http.port: expected a number/)
  const right = await vedette(['validate', '--source', 'test', '--set', `dataDir=${folder}`])
  expect(right).toMatchObject({ code: 0, out: expect.stringContaining('1 cameras') })
  expect((await vedette(['validate'])).code).toBe(2)
})

test('a box is enrolled with the secret that the console showed, and comes online with what was written', {
  timeout: 2 * LIMIT_MS
}, async () => {
  const folder = await makeFolder()
  const server = await startConsole({ dataDir: join(folder, 'console') })
  onTestFinished(() => server.stop())
  const operator = new Operator(server.url)
  await operator.welcome(server.signIn ?? '', 'Ada', crypto.randomUUID())
  const { id, secret } = await operator.addBox('North gate')
  const config = join(folder, 'box', 'box.yaml')
  const args = ['enroll', server.url, '--box', id, '--mqtt', `mqtt://127.0.0.1:${server.mqttPort}`, '--config', config]
  const refused = await vedette([...args, '--secret-stdin'], { input: 'not-the-secret\n' })
  expect(refused).toMatchObject({ code: 1, out: expect.stringContaining('Nothing was written.') })
  await expect(stat(config)).rejects.toThrow('ENOENT')
  const taken = await vedette(args, { env: { VEDETTE_ENROLL_SECRET: secret } })
  expect(taken).toMatchObject({ code: 0, out: expect.stringContaining(`Written: ${config}`) })
  expect(taken.out + taken.err + (await readFile(config, 'utf8'))).not.toContain(secret)
  expect((await stat(join(folder, 'box/box-secret'))).mode & 0o777).toBe(0o600)
  const again = await vedette([...args, '--secret-stdin'], { input: secret })
  expect([again.code, again.err]).toEqual([1, expect.stringContaining('--replace')])
  const agent = new WorldProcess({
    command: process.execPath,
    args: [VEDETTE, 'start', '--config', config, '--port', '0', '--set', `dataDir=${folder}/data`]
  })
  onTestFinished(() => agent.stop())
  await agent.line(/online as session/, LIMIT_MS)
})

test('health-check says how the agent is by its exit code', { timeout: LIMIT_MS }, async () => {
  const folder = await makeFolder()
  const settings = {
    cameras: { shapes: { source: { kind: 'test' } } },
    http: { port: 0, token: 'a-token-of-sixteen-signs' }
  }
  const box = await startBox({ dir: folder, id: 'alone', settings })
  onTestFinished(() => box.stop())
  const config = ['--config', join(folder, 'box.yaml'), '--port', String(await box.port)]
  const well = await eventually('the agent well', LIMIT_MS, async () => {
    const asked = await vedette(['health-check', ...config, '--detailed'])
    return asked.code === 0 && / live /.test(asked.out) ? asked : undefined
  })
  expect(well.out).toMatch(/^alone: ok, 1 of 1 cameras live, engine running/)
  expect(well.out).toMatch(/shapes\s+live\s+\d+\.\d frames\/s/)
  const { out } = await vedette(['health-check', ...config, '--json'])
  expect(JSON.parse(out)).toMatchObject({ box: 'alone', exitCode: 0 })
  await box.stop()
  const gone = await vedette(['health-check', ...config])
  expect(gone).toMatchObject({ code: 2, err: expect.stringContaining('no agent answers at http://127.0.0.1:') })
})

test('every setting is printed with where it was said, and no secret', { timeout: LIMIT_MS }, async () => {
  const folder = await makeFolder()
  await writeFile(join(folder, 'a.yaml'), 'http:\n  token: a-token-of-sixteen-signs\n  port: 1\n')
  await writeFile(join(folder, 'b.json'), '{\n  "http": {\n    "port": 2\n  }\n}\n')
  const files = ['--config', join(folder, 'a.yaml'), '--config', join(folder, 'b.json')]
  const { code, out, err } = await vedette(['config', 'print', '--effective', ...files], {
    env: { VEDETTE_SPOOL_MAX_BYTES: '1MiB' }
  })
  expect([code, err]).toEqual([0, ''])
  const line = (key: string) => out.split('\n').find((each) => each.startsWith(`${key}: `))
  expect(line('http.port')).toMatch(/^http.port: 2 +# .*\/b.json:3$/)
  expect(line('http.token')).toMatch(/^http.token: "\[redacted\]" +# .*\/a.yaml:2$/)
  expect(line('spool.maxBytes')).toMatch(/^spool.maxBytes: 1048576 +# VEDETTE_SPOOL_MAX_BYTES$/)
  expect(line('pipeline.maxSources')).toMatch(/^pipeline.maxSources: 16 +# default$/)
  expect((await vedette(['config', 'print'])).code).toBe(2)
})

test('the log is read from a file, by level, and what is not a line of the agent stays as it is', {
  timeout: LIMIT_MS
}, async () => {
  const folder = await makeFolder()
  const lines = [
    '{"level":30,"time":"2026-11-21T10:00:00.000Z","box":"a","msg":"started"}',
    '{"level":40,"time":"2026-11-21T10:00:01.000Z","msg":"slow"}',
    'Segmentation fault'
  ]
  await writeFile(join(folder, 'agent.log'), `${lines.join('\n')}\n`)
  const all = await vedette(['logs', '--file', join(folder, 'agent.log')])
  expect(all).toEqual({
    code: 0,
    err: '',
    out: '2026-11-21T10:00:00.000Z  info   started  {"box":"a"}\n2026-11-21T10:00:01.000Z  warn   slow\nSegmentation fault\n'
  })
  await writeFile(join(folder, 'agent.log.1'), '{"level":30,"time":"2026-11-21T09:00:00.000Z","msg":"older"}\n')
  await writeFile(join(folder, 'box.yaml'), 'log: { file: agent.log }\n')
  const early = await vedette(['logs', '--config', join(folder, 'box.yaml')])
  expect(early.out).toBe(`2026-11-21T09:00:00.000Z  info   older\n${all.out}`)
  const late = await vedette([
    'logs',
    '--config',
    join(folder, 'box.yaml'),
    '--since',
    '2026-11-21T10:00:01Z',
    '--json'
  ])
  expect(late.out.split('\n')).toEqual([lines[1], lines[2], ''])
  const last = await vedette(['logs', '--file', join(folder, 'agent.log'), '--lines', '1', '--level', 'info'])
  expect(last.out).toBe('Segmentation fault\n')
  expect((await vedette(['logs', '--since', 'yesterday'])).err).toContain('received yesterday')
  const grave = await vedette(['logs', '--file', '-', '--level', 'warn', '--json'], { input: lines.join('\n') })
  expect(grave.out.split('\n')).toEqual([lines[1], lines[2], ''])
  expect((await vedette(['logs', '--file', join(folder, 'none.log')])).code).toBe(1)
  expect((await vedette(['logs', '--level', 'loud'])).code).toBe(2)
})

test('packages are listed and verified, for programs too', { timeout: LIMIT_MS }, async () => {
  const folder = await makeFolder()
  await mkdir(join(folder, 'broken'))
  await writeFile(join(folder, 'broken/model.yaml'), 'name: x\n')
  const { out } = await vedette(['model', 'list', folder, '--json'])
  expect(JSON.parse(out)).toEqual([{ folder: join(folder, 'broken'), name: 'broken', damaged: expect.any(String) }])
  const whole = await vedette(['model', 'verify', join(MODELS, 'nanodet-coco-1.0.0'), '--json'])
  expect([whole.code, JSON.parse(whole.out)]).toMatchObject([0, { name: 'nanodet-coco', version: '1.0.0' }])
  const damaged = await vedette(['model', 'verify', join(folder, 'broken'), '--json'])
  expect([damaged.code, Object.keys(JSON.parse(damaged.out))]).toEqual([1, ['folder', 'damaged']])
})

test.each(['start', 'enroll', 'health-check', 'logs', 'validate', 'config', 'doctor', 'probe', 'benchmark', 'model'])(
  '%s tells how it is called and its exit codes',
  { timeout: LIMIT_MS },
  async (command) => {
    const { code, out, err } = await vedette([command, '--help'])
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(new RegExp(`^Usage: vedette ${command} `))
    expect(out).toMatch(/^Exit codes: 0 /m)
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120)
    const wrong = await vedette([command, '--no-such-flag'])
    expect([wrong.code, wrong.out]).toEqual([2, ''])
  }
)
