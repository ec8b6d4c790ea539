import { expect, onTestFinished, test } from 'vitest'
import { type Ask, readClock } from './clock.ts'
import { fakeTree } from './testing/fake_tree.ts'
import { treeAt } from './tree.ts'

/** As chrony 4.3 prints it: reference, name, stratum, time, offset, …, root delay, root dispersion, interval, leap status. */
const tracking = (leap: string) =>
  `C0A80101,192.168.1.1,3,1795262404.123456789,-0.000250000,0.000010000,0.000020000,-5.123,0.001,0.050,0.004000000,0.001000000,64.2,${leap}\n`

/** `says`: what each program prints; a program that is not there answers nothing. */
function clockOf(files: string[], says: Record<string, string> = {}) {
  const { root, remove } = fakeTree({
    deepstream: null,
    files: Object.fromEntries(files.map((file) => [file, '']))
  })
  onTestFinished(remove)
  const asked: string[] = []
  const ask: Ask = (program) => {
    asked.push(program)
    return Promise.resolve(says[program] ?? null)
  }
  return { asked, clock: readClock(treeAt(root), AbortSignal.timeout(20_000), ask) }
}

test('a clock that timesyncd has set is known without starting a program', async () => {
  const { asked, clock } = clockOf(['/run/systemd/timesync/synchronized'])
  expect(await clock).toEqual({ synchronised: true, uncertaintyMs: null })
  expect(asked).toEqual([])
})

test('chrony tells whether it follows a server, and how far off the clock can be', async () => {
  const on = (leap: string) => clockOf(['/run/chrony/chronyd.pid'], { chronyc: tracking(leap) }).clock
  expect(await on('Normal')).toEqual({ synchronised: true, uncertaintyMs: 3.25 })
  expect(await on('Insert second')).toMatchObject({ synchronised: true })
  expect(await on('Not synchronised')).toEqual({ synchronised: false, uncertaintyMs: null })
})

test.each([
  ['yes', true],
  ['no', false]
])('where ntpd runs, or chrony does not answer, the kernel is asked: %s', async (said, synchronised) => {
  const says = { timedatectl: `${said}\n`, chronyc: '506 Cannot talk to daemon\n' }
  expect(await clockOf([], says).clock).toEqual({ synchronised, uncertaintyMs: null })
  expect(await clockOf(['/run/chrony/chronyd.pid'], says).clock).toEqual({ synchronised, uncertaintyMs: null })
})

test('timesyncd that has not reached a server yet is told from nobody who can say', async () => {
  expect((await clockOf(['/run/systemd/timesync/.keep']).clock).synchronised).toBe(false)
  expect((await clockOf([]).clock).synchronised).toBeNull()
})
