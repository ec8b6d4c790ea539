import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { readKernelClock } from './kernel_clock.ts'

/** The same call by another way: Python's own library of C, with room for the whole of `struct timex`. */
const PYTHON = `
import ctypes
class Timex(ctypes.Structure):
    _fields_ = [("modes", ctypes.c_uint)] + [(name, ctypes.c_long) for name in ("offset", "freq", "maxerror", "esterror")] \\
        + [("status", ctypes.c_int), ("rest", ctypes.c_char * 256)]
told = Timex()
state = ctypes.CDLL(None).adjtimex(ctypes.byref(told))
print(state, told.status, told.maxerror)
`

test('the kernel is asked what it knows of its clock', () => {
  const [state, status, maxErrorUs] = execFileSync('python3', ['-c', PYTHON], { encoding: 'utf8' })
    .split(' ')
    .map(Number)
  const told = readKernelClock()
  // TIME_ERROR and STA_UNSYNC of <sys/timex.h>.
  expect(told.isSynchronised).toBe(state !== 5 && (status! & 0x40) === 0)
  expect(Math.abs(told.maxErrorUs - maxErrorUs!)).toBeLessThan(1_000_000)
})
