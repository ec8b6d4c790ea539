import { expect, onTestFinished, test, vi } from 'vitest'
import { ServiceManager, type ServiceManagerOptions, watchdogMs } from './service_manager.ts'
import { type SignOfLife, SignsOfLife } from './signs_of_life.ts'

const WATCHDOG_MS = 30_000
const EVERY_MS = WATCHDOG_MS / 3

interface MovedSign extends SignOfLife {
  moved: number
  isExpectedNow: boolean
}

function sign(): MovedSign {
  const made: MovedSign = {
    what: 'the engine tells nothing any more',
    limitMs: 15_000,
    moved: 0,
    isExpectedNow: true,
    isExpected: () => made.isExpectedNow,
    value: () => made.moved
  }
  return made
}

test('a sign that moves between two looks is never named', () => {
  const engine = sign()
  const signs = new SignsOfLife([engine], EVERY_MS)
  for (let i = 0; i < 100; i++) {
    engine.moved++
    expect(signs.look()).toBeNull()
  }
})

test('one that stands still longer than its limit is named, until it moves again', () => {
  const engine = sign()
  const signs = new SignsOfLife([engine], EVERY_MS)
  expect([signs.look(), signs.look()]).toEqual([null, null])
  expect(signs.look()).toBe('the engine tells nothing any more')
  engine.moved++
  expect(signs.look()).toBeNull()
})

test('one that need not move is not waited for, and has its whole limit when it must again', () => {
  const engine = sign()
  const signs = new SignsOfLife([engine], EVERY_MS)
  engine.isExpectedNow = false
  for (let i = 0; i < 10; i++) expect(signs.look()).toBeNull()
  engine.isExpectedNow = true
  expect([signs.look(), signs.look() !== null]).toEqual([null, true])
})

test('systemd hears ready, the status once, and a sign of life at every look', () => {
  const { manager, sent } = managed({})
  manager.ready({ signs: [], status: () => '2 of 2 cameras live' })
  expect(sent).toEqual(['READY=1', 'WATCHDOG=1\nSTATUS=2 of 2 cameras live'])
  vi.advanceTimersByTime(3 * EVERY_MS)
  expect(sent.slice(2)).toEqual(['WATCHDOG=1', 'WATCHDOG=1', 'WATCHDOG=1'])
})

test('an agent that stands still gives no sign of life, says in status and log what has stopped, and goes on if it moves', () => {
  const { manager, sent, troubles } = managed({})
  const engine = sign()
  manager.ready({ signs: [engine], status: () => 'well' })
  vi.advanceTimersByTime(4 * EVERY_MS)
  expect(sent.filter((state) => state.includes('WATCHDOG=1'))).toHaveLength(2)
  expect(sent.at(-1)).toBe('STATUS=the engine tells nothing any more')
  expect(troubles).toEqual(['no sign of life for the watchdog: the engine tells nothing any more'])
  engine.moved++
  vi.advanceTimersByTime(EVERY_MS)
  expect(sent.at(-1)).toBe('WATCHDOG=1\nSTATUS=well')
})

test('without a watchdog only the status is told, and without a service manager nothing', () => {
  const { manager, sent } = managed({ watchdogMs: null })
  manager.ready({ signs: [], status: () => 'well' })
  manager.stopping('SIGTERM')
  expect(sent).toEqual(['READY=1', 'STATUS=well', 'STOPPING=1\nSTATUS=Stopping because of SIGTERM'])
  const alone = new ServiceManager({ send: null, watchdogMs: WATCHDOG_MS, trouble: expect.unreachable })
  alone.ready({ signs: [], status: () => 'well' })
  alone.stopping('SIGTERM')
})

test('reloading is told before and ready after, also when the work fails', () => {
  const { manager, sent } = managed({})
  expect(() =>
    manager.reload(() => {
      throw new Error('no such folder')
    })
  ).toThrow('no such folder')
  expect(sent).toEqual([expect.stringMatching(/^RELOADING=1\nMONOTONIC_USEC=\d+$/), 'READY=1'])
})

test('a socket that cannot be reached is logged once, not at every look', () => {
  const send = () => {
    throw new Error('Connection refused at /run/systemd/notify')
  }
  const { manager, troubles } = managed({ send })
  manager.ready({ signs: [], status: () => 'well' })
  vi.advanceTimersByTime(10 * EVERY_MS)
  expect(troubles).toEqual(['systemd cannot be told: Connection refused at /run/systemd/notify'])
})

test.each([
  [{ WATCHDOG_USEC: '30000000' }, 30_000],
  [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '41' }, 30_000],
  [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '42' }, null],
  [{ WATCHDOG_USEC: 'often' }, null],
  [{ WATCHDOG_USEC: '0' }, null],
  [{}, null]
])('the watchdog of %j waits %s milliseconds for process 41', (environment, expected) => {
  expect(watchdogMs(environment, 41)).toBe(expected)
})

function managed(options: Partial<ServiceManagerOptions>) {
  vi.useFakeTimers()
  const sent: string[] = []
  const troubles: string[] = []
  const manager = new ServiceManager({
    send: (state) => sent.push(state),
    watchdogMs: WATCHDOG_MS,
    trouble: (message) => troubles.push(message),
    ...options
  })
  onTestFinished(() => {
    manager.stopping('the end of the test')
    vi.useRealTimers()
  })
  return { manager, sent, troubles }
}
