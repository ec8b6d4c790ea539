// The agent as a service of systemd: what it says to it, and the unit that ships.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { startBox } from '../world/box.ts'
import { listenForDatagrams } from '../world/datagrams.ts'

const LIMIT_MS = 60_000
const UNIT = fileURLToPath(new URL('../../configs/systemd/vedette.service', import.meta.url))
const hasAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0
/** Ten times the exposure that `systemd-analyze security` allows. */
const EXPOSURE = 25

test.each(['a path', 'an abstract name'])(
  'systemd hears that it is ready, how it is, that it lives, reloads and stops: %s',
  async (kind) => {
    const dir = await mkdtemp(join(tmpdir(), 'vedette-systemd-'))
    onTestFinished(() => rm(dir, { recursive: true, force: true }))
    const name = kind === 'a path' ? join(dir, 'notify') : `@vedette-${process.pid}-${Date.now()}`
    const systemd = await listenForDatagrams(name)
    onTestFinished(() => systemd.stop())
    const box = await startBox({
      ...{ dir, id: 'box-1' },
      settings: { cameras: { door: { source: { kind: 'test' } } }, log: { file: './box.log' } },
      env: { NOTIFY_SOCKET: name, WATCHDOG_USEC: '3000000' }
    })
    onTestFinished(() => box.stop())
    await systemd.line(/^READY=1$/, LIMIT_MS)
    await systemd.line(/^WATCHDOG=1/, LIMIT_MS)
    await systemd.line(/STATUS=1 of 1 cameras live/, LIMIT_MS)
    await rm(join(dir, 'box.log'))
    box.process.kill('SIGHUP')
    await systemd.line(/^RELOADING=1 MONOTONIC_USEC=\d+$/, LIMIT_MS)
    box.process.kill('SIGTERM')
    await systemd.line(/^STOPPING=1 STATUS=Stopping because of SIGTERM$/, LIMIT_MS)
    expect(await box.process.exited()).toBe(0)
    // What was said after it was opened again.
    expect(await readFile(join(dir, 'box.log'), 'utf8')).toContain('stopping because of SIGTERM')
  }
)

test('a box whose process stands still says nothing that would keep it alive', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'vedette-systemd-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  const name = join(dir, 'notify')
  const systemd = await listenForDatagrams(name)
  onTestFinished(() => systemd.stop())
  const box = await startBox({ dir, id: 'box-1', env: { NOTIFY_SOCKET: name, WATCHDOG_USEC: '600000' } })
  onTestFinished(() => box.process.kill())
  await systemd.line(/^WATCHDOG=1/, LIMIT_MS)
  box.process.kill('SIGSTOP')
  const { promise: isQuiet, resolve } = Promise.withResolvers<number>()
  let before = -1
  const look = setInterval(() => {
    const now = systemd.lines.length
    if (now === before) resolve(now)
    before = now
  }, 1000)
  const heard = await isQuiet
  clearInterval(look)
  box.process.kill('SIGCONT')
  await systemd.line(/^WATCHDOG=1/, LIMIT_MS)
  await expect.poll(() => systemd.lines.length, { timeout: LIMIT_MS }).toBeGreaterThan(heard)
})

test.skipIf(!hasAnalyze)('the unit that ships is right, and as closed as it says', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'vedette-unit-'))
  onTestFinished(() => rm(dir, { recursive: true }))
  const unit = join(dir, 'vedette.service')
  // verify looks whether the program is there.
  await writeFile(unit, (await readFile(UNIT, 'utf8')).replace('/usr/bin/node', '/bin/true'))
  const verified = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' })
  expect([verified.status, verified.stderr]).toEqual([0, ''])
  const security = ['security', '--offline=true', `--threshold=${EXPOSURE}`, unit]
  expect(execFileSync('systemd-analyze', security, { encoding: 'utf8' })).toContain('OK')
})
