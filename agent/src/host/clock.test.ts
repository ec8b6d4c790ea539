import type { KernelClock } from '@vedette/native/kernel_clock'
import { expect, onTestFinished, test } from 'vitest'
import { readClock } from './clock.ts'
import { fakeTree } from './testing/fake_tree.ts'
import { treeAt } from './tree.ts'

/** As chrony 4.3 prints it: reference, name, stratum, time, offset, …, root delay, root dispersion, interval, leap status. */
const tracking = (leap: string) =>
  `C0A80101,192.168.1.1,3,1795262404.123456789,-0.000250000,0.000010000,0.000020000,-5.123,0.001,0.050,0.004000000,0.001000000,64.2,${leap}\n`

function clockOf({ chronyc, kernel }: { chronyc?: string; kernel?: KernelClock }) {
  const { root, remove } = fakeTree({
    deepstream: null,
    files: chronyc === undefined ? {} : { '/run/chrony/chronyd.pid': '' }
  })
  onTestFinished(remove)
  return readClock(treeAt(root), AbortSignal.timeout(20_000), {
    chronyc: () => Promise.resolve(chronyc ?? null),
    kernel() {
      if (kernel === undefined) throw new Error('adjtimex: Operation not permitted')
      return kernel
    }
  })
}

test('the kernel knows whether timesyncd or ntpd has set the clock, and how far off it can be', async () => {
  const kernel = { isSynchronised: true, maxErrorUs: 12_500 }
  expect(await clockOf({ kernel })).toEqual({ synchronised: true, uncertaintyMs: 12.5 })
  const unset = { isSynchronised: false, maxErrorUs: 16_000_000 }
  expect(await clockOf({ kernel: unset })).toEqual({ synchronised: false, uncertaintyMs: null })
})

test('chrony tells whether it follows a server, and how far off the clock can be', async () => {
  const on = (leap: string) => clockOf({ chronyc: tracking(leap) })
  expect(await on('Normal')).toEqual({ synchronised: true, uncertaintyMs: 3.25 })
  expect(await on('Insert second')).toMatchObject({ synchronised: true })
  expect(await on('Not synchronised')).toEqual({ synchronised: false, uncertaintyMs: null })
})

test('where chrony does not answer, the kernel is asked', async () => {
  const kernel = { isSynchronised: true, maxErrorUs: 500 }
  const clock = await clockOf({ chronyc: '506 Cannot talk to daemon\n', kernel })
  expect(clock).toEqual({ synchronised: true, uncertaintyMs: 0.5 })
})

test('a sandbox that forbids the question leaves it open', async () => {
  expect(await clockOf({})).toEqual({ synchronised: null, uncertaintyMs: null })
})
