// Every file of configs/ is read as it lies there and run: by our elements, or by stand-ins where it asks for DeepStream.
// Films stand in for cameras that are not here.
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { stringify } from 'yaml'
import { cacheDir, FOOTAGE } from '../world/cache.ts'
import { engineOf } from '../world/engine.ts'
import { WorldProcess } from '../world/process.ts'
import { STAND_INS, VEDETTE } from '../world/programs.ts'
import { eventually } from '../world/wait.ts'

const CONFIGS = fileURLToPath(new URL('../../configs', import.meta.url))
const SSD = join(cacheDir(), 'models/ssd-mobilenet-v2-oid-1.0.0')
const LIMIT_MS = 120_000

/** What the files ask of their box's environment. */
const ENVIRONMENT = {
  VEDETTE_BOX_SECRET: 'box-secret',
  VEDETTE_DOOR_PASSWORD: 'pass',
  VEDETTE_RECORDER_PASSWORD: 'pass',
  VEDETTE_YARD_PASSWORD: 'pass'
}
const standIns = (platform: string, notes: string) => ({
  ...STAND_INS,
  VEDETTE_STAND_IN_PLATFORM: platform,
  VEDETTE_STAND_IN_NOTES: notes
})

interface Health {
  engine: { state: string }
  cameras: Record<string, { state: string; fps: number; analysedFps: number }>
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-configs-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** The file, with its secrets in this folder. */
async function placed(name: string, folder: string): Promise<string> {
  await writeFile(join(folder, 'box-secret'), 'box-secret')
  await writeFile(join(folder, 'http-token'), 'a-token-of-sixteen-signs')
  const content = await readFile(join(CONFIGS, name), 'utf8')
  const file = join(folder, name)
  await writeFile(file, content.replaceAll('/etc/vedette', folder))
  return file
}

async function effective(args: string[]): Promise<Record<string, { value: unknown; from: string }>> {
  const { child } = new WorldProcess({
    command: process.execPath,
    args: [VEDETTE, 'config', 'print', '--effective', '--json', ...args],
    env: ENVIRONMENT
  })
  const [out, err] = await Promise.all([text(child.stdout!), text(child.stderr!)])
  expect(err).toBe('')
  return JSON.parse(out)
}

interface RunOptions {
  folder: string
  args?: string[]
  env?: Record<string, string>
  /** Cameras of the settings that are films here; absent: all of them. */
  keepsCameras?: boolean
}

/** Runs it until each camera gives frames. */
async function run(files: string[], { folder, args = [], env = {}, keepsCameras = false }: RunOptions) {
  const configs = files.flatMap((file) => ['--config', file])
  const ids = Object.keys(await effective(configs))
    .map((key) => /^cameras\.([^.]+)\.name$/.exec(key)?.[1])
    .filter((id) => id !== undefined)
  const sources = join(folder, 'films.yaml')
  const films = ids.map((id) => ({ id, source: { kind: 'file', path: FOOTAGE, loop: true } }))
  await writeFile(sources, stringify({ sources: films.length > 0 ? films : ['test'] }))
  const here = ['--host', '127.0.0.1', '--port', '0', '--set', 'console=null', '--set', `dataDir=${folder}/data`]
  const agent = new WorldProcess({
    command: process.execPath,
    args: [
      VEDETTE,
      'start',
      ...configs,
      ...(keepsCameras ? [] : ['--sources', sources]),
      ...here,
      '--set',
      'models=',
      ...args
    ],
    env: { ...ENVIRONMENT, ...env }
  })
  onTestFinished(() => agent.stop())
  const port = Number(/"port":(\d+)/.exec(await agent.line(/"port":\d+/, LIMIT_MS))?.[1])
  const headers = { authorization: 'Bearer a-token-of-sixteen-signs' }
  const health = await eventually(`frames of all cameras of ${files.join(' and ')}`, LIMIT_MS, async () => {
    const page = (await (await fetch(`http://127.0.0.1:${port}/health`, { headers })).json()) as Health
    const cameras = Object.values(page.cameras)
    return cameras.length > 0 && cameras.every(({ state, fps }) => state === 'live' && fps > 0) ? page : undefined
  })
  const engine = engineOf(agent.pid)
  if (engine === null) throw new Error('expected an engine that runs')
  return { agent, health, engine }
}

test('every file of the folder is read without a word against it', { timeout: LIMIT_MS }, async () => {
  const names = (await readdir(CONFIGS)).filter((name) => name.endsWith('.yaml'))
  expect(names.length).toBeGreaterThanOrEqual(9)
  const folder = await makeFolder()
  for (const name of names) {
    const file = await placed(name, folder)
    const told = await effective(name === 'multi-source.yaml' ? ['--sources', file] : ['--config', file])
    expect(told['http.port']?.value, name).toBeTypeOf('number')
    expect(JSON.stringify(told)).not.toMatch(/a-token-of|box-secret"|"pass"/)
  }
})

test.each([['development.yaml'], ['eight-cameras.yaml'], ['production.yaml'], ['deepstream-names.yaml']])(
  '%s runs',
  { timeout: 2 * LIMIT_MS },
  async (name) => {
    const folder = await makeFolder()
    const { health } = await run([await placed(name, folder)], { folder })
    expect(health.engine.state).toBe('running')
  }
)

test('a file of cameras runs, and debug.yaml after another turns its engine up on the processors that it is given', {
  timeout: 2 * LIMIT_MS
}, async () => {
  const folder = await makeFolder()
  const files = [await placed('development.yaml', folder), await placed('debug.yaml', folder)]
  const args = ['--set', 'pipeline.cpuAffinity=1']
  const { engine, agent } = await run(files, { folder, args, keepsCameras: true })
  const environment = (await readFile(`/proc/${engine}/environ`, 'utf8')).split('\0')
  expect(environment).toContain('GST_DEBUG=3,rtspsrc:4,nvinfer:4')
  expect(await readFile(`/proc/${engine}/status`, 'utf8')).toMatch(/^Cpus_allowed_list:\s*1$/m)
  expect(agent.lines.some((line) => line.includes('"level":20'))).toBe(true)
})

test('one-camera.yaml runs its model with the threshold of the box', { timeout: 2 * LIMIT_MS }, async () => {
  const folder = await makeFolder()
  const file = await placed('one-camera.yaml', folder)
  const { agent } = await run([file], { folder, args: ['--set', `models=${SSD}`, '--set', 'detection.maxObjects=3'] })
  const [name = ''] = await readdir(join(folder, 'data/models/tuned'))
  const config = await readFile(join(folder, 'data/models/tuned', name), 'utf8')
  expect(config).toMatch(/^pre-cluster-threshold=0.4$/m)
  expect(config).toMatch(/^topk=3$/m)
  expect(agent.lines.filter((line) => /"level":(50|60)/.test(line))).toEqual([])
})

test('jetson.yaml and gpu-server.yaml tell each element what they say, on stand-ins', {
  timeout: 3 * LIMIT_MS
}, async () => {
  const notes = async (name: string, platform: string) => {
    const folder = await makeFolder()
    const file = join(folder, 'notes.txt')
    const { engine, agent } = await run([await placed(name, folder)], { folder, env: standIns(platform, file) })
    const status = await readFile(`/proc/${engine}/status`, 'utf8')
    await agent.stop()
    return { noted: (await readFile(file, 'utf8')).split('\n'), status }
  }
  const jetson = await notes('jetson.yaml', 'jetson')
  expect(jetson.noted).toEqual(
    expect.arrayContaining(['nvstreammux batch-size 8', 'nvv4l2decoder num-extra-surfaces 2'])
  )
  const server = await notes('gpu-server.yaml', 'dgpu')
  expect(server.noted).toEqual(
    expect.arrayContaining([
      'nvstreammux batch-size 16',
      'nvstreammux batched-push-timeout 40000',
      'nvstreammux buffer-pool-size 16',
      'nvstreammux gpu-id 1',
      'nvstreammux nvbuf-memory-type 2',
      'nvv4l2decoder num-extra-surfaces 8',
      'nvv4l2decoder gpu-id 1',
      'nvv4l2decoder cudadec-memtype 0'
    ])
  )
  expect(new Set(server.noted.filter((line) => line.startsWith('nvstreammux batched-push-timeout'))).size).toBe(1)
  expect(server.status).toMatch(/^Cpus_allowed_list:\s*0-1$/m)
})
