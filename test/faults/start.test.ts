// A box starts whatever is wrong around it, looks with what it has, and says what is wrong and what to do.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import { type BoxOptions, type RunningBox, startBox } from '../world/box.ts'
import { eventually } from '../world/wait.ts'
import { mountSmallDisk, type SmallDisk } from './small_disk.ts'

const LIMIT_MS = 90_000
const DISK_MIB = 16
const cameras = { door: { source: { kind: 'test' } } }
/** A mount namespace of its own in which the root is read-only; what is mounted below it stays as it is. */
const READ_ONLY_ROOT = [
  'unshare',
  '--mount',
  '--propagation',
  'private',
  'sh',
  '-c',
  'mount -o remount,bind,ro / && exec "$@"',
  'sh'
]
const NO_NETWORK = ['unshare', '--net', 'sh', '-c', 'ip link set lo up; exec "$@"', 'sh']
const canMount =
  spawnSync('unshare', ['--mount', '--propagation', 'private', 'mount', '-o', 'remount,bind,ro', '/']).status === 0
const canUnplug = spawnSync('unshare', ['--net', 'ip', 'link', 'set', 'lo', 'up']).status === 0

test('with every camera dead', async () => {
  const dead = (port: number) => ({ source: { kind: 'rtsp', url: `rtsp://127.0.0.1:${port}/none` } })
  const box = await begun({ settings: { cameras: { one: dead(9), two: dead(11) } } })
  const page = await healthWith(box, /Camera one is backing off[.:].*Camera two is backing off[.:]/)
  expect(page.engine.state).toBe('running')
  await ends(box)
})

test.skipIf(!canUnplug)(
  'with no network: neither the console nor a camera answers, and it goes on trying',
  async () => {
    const settings = {
      cameras: {},
      console: { url: 'http://192.0.2.1', mqtt: 'mqtt://192.0.2.1', secret: 'a secret that nobody hears' }
    }
    const box = await begun({ settings, wrap: NO_NETWORK })
    await box.process.line(/agent \S+ started/, LIMIT_MS)
    await box.process.line(/offline|ENETUNREACH|cannot be reached|no route|unreachable/i, LIMIT_MS)
    await ends(box)
  }
)

test('with a clock that went back to where it was made: events go on from the last time seen, and none before it', async () => {
  const dir = await folder()
  const seen = Date.now() + 3 * 86_400_000
  await mkdir(join(dir, 'data'))
  await writeFile(join(dir, 'data/clock.json'), JSON.stringify({ seen: new Date(seen).toISOString() }))
  const box = await begun({ dir, settings: { cameras } })
  await healthWith(
    box,
    /The clock of this box says .*, which is over: its times go on from .*Set the clock, or let NTP/
  )
  await live(box)
  await ends(box)
  const spool = new DatabaseSync(join(dir, 'data/spool.db'))
  const { first, unsure } = spool
    .prepare('SELECT min(at_ms) AS first, count(*) - count(uncertainty_ms) AS unsure FROM event')
    .get() as { first: number; unsure: number }
  spool.close()
  expect(first).toBeGreaterThanOrEqual(seen)
  expect(unsure).toBeGreaterThan(0)
})

const full = mountSmallDisk(DISK_MIB)
test.skipIf(full === null)('with a disk that is full at its first start', async () => {
  const disk = mounted(full)
  disk.fill()
  const box = await begun({ settings: { dataDir: join(disk.folder, 'data'), cameras } })
  await healthWith(box, /cannot be written \(ENOSPC.*Make dataDir writable and restart it\./)
  await live(box)
  await ends(box)
})

const sealed = mountSmallDisk(DISK_MIB)
test.skipIf(sealed === null)('with a data folder that cannot be written, as the box that it was', async () => {
  const disk = mounted(sealed)
  const settings = { dataDir: disk.folder, cameras }
  const dir = await folder()
  const before = await begun({ dir, settings })
  await live(before)
  await ends(before)
  execFileSync('mount', ['-o', 'remount,ro', disk.folder])
  const left = await leftBehind()
  const box = await begun({ dir, settings })
  await healthWith(box, /cannot be written \(EROFS.*what it learns and stores there is lost/)
  await live(box)
  await ends(box)
  expect(await leftBehind()).toEqual(left)
})

const writable = mountSmallDisk(DISK_MIB)
test.skipIf(writable === null || !canMount)(
  'on a read-only root it writes to its data folder and nowhere else',
  async () => {
    const disk = mounted(writable)
    const box = await begun({
      settings: { dataDir: disk.folder, cameras, log: { file: join(disk.folder, 'box.log') } },
      wrap: READ_ONLY_ROOT
    })
    await live(box)
    await ends(box)
    expect(await readdir(disk.folder)).toEqual(expect.arrayContaining(['spool.db', 'box_key.pem', 'box.log']))
  }
)

async function begun(options: Partial<BoxOptions>): Promise<RunningBox> {
  const box = await startBox({ dir: options.dir ?? (await folder()), id: 'box-1', ...options })
  onTestFinished(() => box.stop())
  return box
}

async function folder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'vedette-start-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}

function mounted(disk: SmallDisk | null): SmallDisk {
  if (disk === null) throw new Error('expected a disk of its own, but it could not be mounted')
  onTestFinished(() => disk.unmount())
  return disk
}

interface Page {
  reasons: string[]
  engine: { state: string }
  cameras: Record<string, { state: string }>
}

async function healthWith(box: RunningBox, pattern: RegExp): Promise<Page> {
  return eventually(`the box to say ${pattern}`, LIMIT_MS, async () => {
    const page = await healthOf(box)
    return pattern.test(page.reasons.join(' ')) ? page : null
  })
}

async function healthOf(box: RunningBox): Promise<Page> {
  return (await (await fetch(`http://127.0.0.1:${await box.port}/health`)).json()) as Page
}

async function live(box: RunningBox): Promise<void> {
  await eventually('its camera to be live', LIMIT_MS, async () => (await healthOf(box)).cameras.door?.state === 'live')
}

async function ends(box: RunningBox): Promise<void> {
  box.process.kill('SIGTERM')
  expect(await box.process.exited()).toBe(0)
}

/** Folders that a box without one of its own has made. */
async function leftBehind(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith('vedette-data-'))
}
