import { expect, test } from 'vitest'
import { type Action, nothingSupervised, type Supervision, type SupervisionInput, supervise } from './supervision.ts'

const SECOND = 1_000
const MINUTE = 60_000

/** A supervision with a clock of its own: ticks as the engine does, and keeps all actions. */
function world({ random = 0.5 } = {}) {
  let state: Supervision = nothingSupervised
  let at = 0
  const all: { at: number; action: Action }[] = []
  const feed = (input: SupervisionInput) => {
    const outcome = supervise(state, input, { at, random: () => random })
    state = outcome.state
    all.push(...outcome.actions.map((action) => ({ at, action })))
  }
  return {
    feed,
    add: (camera: string, host: string | null = '10.0.0.1:554') =>
      feed({ input: 'add', camera, isEnabled: true, host }),
    event: (camera: string, event: (SupervisionInput & { input: 'source' })['event'], isFile = false) =>
      feed({ input: 'source', camera, event, isFile }),
    age: (camera: string, seen: { lastFrameAgeMs: number; bitsPerSecond?: number; keyframes?: number }) =>
      feed({ input: 'age', camera, bitsPerSecond: 0, keyframes: 0, ...seen }),
    pass: (ms: number) => {
      for (const end = at + ms; at < end; ) {
        at += 50
        feed({ input: 'tick' })
      }
    },
    camera: (camera: string) => state.cameras.get(camera)!,
    get at() {
      return at
    },
    did: (what: Action['do']) => all.filter(({ action }) => action.do === what),
    forget: () => {
      all.length = 0
    }
  }
}

test('connects a camera that is added, and calls it live at its first picture', () => {
  const w = world()
  w.add('door')
  expect(w.camera('door').state).toBe('connecting')
  w.event('door', { what: 'linked', codec: 'h264', width: 1920, height: 1080 })
  w.event('door', { what: 'live' })
  expect(w.camera('door')).toMatchObject({ state: 'live', reason: '', codec: 'h264', width: 1920 })
  expect(w.did('connect')).toHaveLength(1)
})

test('leaves a disabled camera alone', () => {
  const w = world()
  w.feed({ input: 'add', camera: 'door', isEnabled: false, host: null })
  w.pass(MINUTE)
  expect(w.camera('door').state).toBe('disabled')
  expect(w.did('connect')).toHaveLength(0)
})

test('gives up a connection that brings no stream within 15 s, and tries again', () => {
  const w = world()
  w.add('door')
  w.pass(14_950)
  expect(w.camera('door').state).toBe('connecting')
  w.pass(50)
  expect(w.camera('door')).toMatchObject({ state: 'backing_off', cause: 'no-link' })
  expect(w.did('disconnect')).toHaveLength(1)
  w.pass(3 * SECOND)
  expect(w.camera('door').state).toBe('connecting')
  expect(w.camera('door').reason).toBe('Trying again. Last time: no stream began within 15 s. Check power and network.')
})

test('waits 30 s for the keyframe of a camera that sends, then says that none came', () => {
  const w = world()
  w.add('door')
  w.age('door', { lastFrameAgeMs: -1, bitsPerSecond: 200_000 })
  w.pass(14 * SECOND)
  w.event('door', { what: 'linked', codec: 'h264' })
  w.pass(29_950)
  expect(w.camera('door').state).toBe('connecting')
  w.pass(50)
  expect(w.camera('door')).toMatchObject({ state: 'stalled', cause: 'no-keyframe' })
  expect(w.camera('door').reason).toContain('no keyframe came within 30 s')
})

test('tells a linked camera that sends nothing from one whose keyframes no decoder understands', () => {
  const w = world()
  for (const camera of ['mute', 'odd']) {
    w.add(camera, null)
    w.pass(50)
    w.event(camera, { what: 'linked', codec: 'h264' })
    w.age(camera, { lastFrameAgeMs: -1, ...(camera === 'odd' && { bitsPerSecond: 200_000, keyframes: 3 }) })
  }
  w.pass(10 * SECOND)
  expect(w.camera('mute')).toMatchObject({ state: 'stalled', cause: 'no-data' })
  expect(w.camera('odd').state).toBe('connecting')
  w.pass(20 * SECOND)
  expect(w.camera('odd')).toMatchObject({ state: 'stalled', cause: 'no-picture' })
})

test('connects the cameras of a box one after the other when it starts, those of one host 100 ms apart', () => {
  const w = world()
  for (let i = 0; i < 200; i++) w.add(`nvr-${i}`, 'nvr:554')
  for (let i = 0; i < 40; i++) w.add(`single-${i}`, `host-${i}:554`)
  w.pass(2 * SECOND)
  const tries = w.did('connect').map(({ at, action }) => ({ at, isNvr: 'camera' in action && action.camera < 's' }))
  expect(tries.filter(({ isNvr }) => !isNvr)).toHaveLength(40)
  expect(tries.filter(({ at, isNvr }) => isNvr && at <= 1_000)).toHaveLength(11)
  expect(tries.filter(({ at }) => at > 0 && at <= 500).length).toBeLessThanOrEqual(20)
  expect(w.camera('nvr-199')).toMatchObject({ state: 'connecting', nextTryAt: 19_900 })
})

test('lets the hosts of a site that come back together in one after the other', () => {
  const w = world()
  for (let i = 0; i < 100; i++) w.add(`cam-${i}`, `host-${i}:554`)
  w.pass(5 * SECOND)
  for (let i = 0; i < 100; i++) w.event(`cam-${i}`, { what: 'failed', failure: 'refused' })
  w.pass(50)
  w.forget()
  const back = w.at
  for (let i = 0; i < 100; i++) w.feed({ input: 'probe', host: `host-${i}:554`, isReachable: true })
  w.pass(3 * SECOND)
  const tries = w.did('connect').map(({ at }) => at - back)
  expect(tries).toHaveLength(100)
  expect(tries.filter((at) => at <= 500).length).toBeLessThanOrEqual(21)
  expect(Math.max(...tries)).toBeLessThanOrEqual(2_500)
})

test('calls a camera stalled by the age of its last decoded frame, and only then', () => {
  const w = world()
  w.add('door')
  w.event('door', { what: 'live' })
  w.age('door', { lastFrameAgeMs: 10_000 })
  expect(w.camera('door').state).toBe('live')
  w.age('door', { lastFrameAgeMs: 10_001 })
  expect(w.camera('door').state).toBe('stalled')
  expect(w.camera('door').nextTryAt).not.toBeNull()
  expect(w.did('disconnect')).toHaveLength(1)
})

test('waits longer and longer for the network, from 1 s to at most 60 s', () => {
  const w = world({ random: 0.999 })
  w.add('door', null)
  const delays: number[] = []
  for (let i = 0; i < 8; i++) {
    w.event('door', { what: 'failed', failure: 'network' })
    delays.push(w.camera('door').delayMs)
    w.pass(61 * SECOND)
    if (w.camera('door').state !== 'connecting') w.event('door', { what: 'connecting' })
    while (w.camera('door').state !== 'connecting') w.pass(SECOND)
  }
  expect(delays[0]).toBeGreaterThanOrEqual(1 * SECOND)
  expect(delays).toEqual(delays.toSorted((a, b) => a - b))
  expect(delays.at(-1)).toBe(60 * SECOND)
})

test('keeps its distance from a camera that refuses the password: 1 min to 15 min, with the remedy', () => {
  const w = world({ random: 0.999 })
  w.add('door')
  const delays: number[] = []
  for (let i = 0; i < 5; i++) {
    w.event('door', { what: 'failed', failure: 'unauthorized', message: 'Unauthorized' })
    expect(w.camera('door').state).toBe('auth_failed')
    delays.push(w.camera('door').delayMs)
    w.pass(w.camera('door').delayMs + 50)
  }
  expect(delays[0]).toBeGreaterThanOrEqual(MINUTE)
  expect(Math.max(...delays)).toBe(15 * MINUTE)
  expect(w.did('probe')).toHaveLength(0)
  w.event('door', { what: 'failed', failure: 'unauthorized' })
  expect(w.camera('door').reason).toBe(
    'Backing off: camera refused the password (401). Next try in 15 min. Edit credentials.'
  )
})

test('tries an unsupported codec again only after a long time', () => {
  const w = world()
  w.add('door')
  w.event('door', { what: 'failed', failure: 'unsupported-codec', message: 'no decoder for H.265' })
  expect(w.camera('door').state).toBe('unsupported')
  expect(w.camera('door').reason).toContain('no decoder for H.265')
  w.pass(14 * MINUTE)
  expect(w.did('connect')).toHaveLength(1)
  w.pass(2 * MINUTE)
  expect(w.did('connect')).toHaveLength(2)
})

test('lets a file that ended rest, while a camera that ended its stream is tried again', () => {
  const w = world()
  w.add('film', null)
  w.add('door')
  for (const camera of ['film', 'door']) w.event(camera, { what: 'live' })
  w.event('film', { what: 'ended' }, true)
  w.event('door', { what: 'ended' })
  expect(w.camera('film')).toMatchObject({ state: 'idle', nextTryAt: null })
  expect(w.camera('film').reason).toContain('nded')
  expect(w.camera('door').state).toBe('backing_off')
})

test('probes one host once, every 2 s, however many of its cameras wait', () => {
  const w = world({ random: 0.999 })
  for (let i = 0; i < 8; i++) w.add(`cam-${i}`)
  for (let i = 0; i < 8; i++) w.event(`cam-${i}`, { what: 'failed', failure: 'refused' })
  w.pass(50)
  expect(w.did('probe')).toHaveLength(1)
  w.feed({ input: 'probe', host: '10.0.0.1:554', isReachable: false })
  w.pass(1_950)
  expect(w.did('probe')).toHaveLength(1)
  w.pass(50)
  expect(w.did('probe')).toHaveLength(2)
})

test('releases the cameras of a host that is back, 100 ms apart, with their backoff forgotten', () => {
  const w = world({ random: 0.999 })
  for (let i = 0; i < 32; i++) w.add(`cam-${i}`)
  for (let round = 0; round < 4; round++) {
    for (let i = 0; i < 32; i++) w.event(`cam-${i}`, { what: 'failed', failure: 'refused' })
    w.pass(70 * SECOND)
  }
  for (let i = 0; i < 32; i++) w.event(`cam-${i}`, { what: 'failed', failure: 'refused' })
  w.pass(100)
  w.forget()
  const back = w.at
  w.feed({ input: 'probe', host: '10.0.0.1:554', isReachable: true })
  w.pass(4 * SECOND)
  const tries = w.did('connect').map(({ at }) => at - back)
  expect(tries).toHaveLength(32)
  expect(Math.max(...tries)).toBeLessThanOrEqual(3_200)
  expect(tries.filter((at) => at <= 1_000)).toHaveLength(11)
  expect(w.camera('cam-0').delayMs).toBe(0)
})

test('does not hammer a host that accepts connections and then fails', () => {
  const w = world({ random: 0.999 })
  w.add('door')
  for (let i = 0; i < 6; i++) {
    w.event('door', { what: 'failed', failure: 'network' })
    for (let s = 0; s < 100 && w.camera('door').state !== 'connecting'; s++) {
      w.pass(SECOND)
      w.feed({ input: 'probe', host: '10.0.0.1:554', isReachable: true })
    }
  }
  w.event('door', { what: 'failed', failure: 'network' })
  expect(w.camera('door').delayMs).toBe(60 * SECOND)
})

test('leaves the cameras of another host where they are', () => {
  const w = world({ random: 0.999 })
  w.add('a', 'one:554')
  w.add('b', 'two:554')
  for (const camera of ['a', 'b']) w.event(camera, { what: 'failed', failure: 'refused' })
  w.pass(100)
  const before = w.camera('b')
  w.feed({ input: 'probe', host: 'one:554', isReachable: true })
  expect(w.camera('b')).toBe(before)
  expect(w.camera('a').nextTryAt).toBe(w.at)
})

test('begins again with a short delay after a camera was live for half a minute', () => {
  const w = world({ random: 0.999 })
  w.add('door', null)
  for (let i = 0; i < 5; i++) {
    w.event('door', { what: 'failed', failure: 'network' })
    w.pass(61 * SECOND)
    while (w.camera('door').state !== 'connecting') w.pass(SECOND)
  }
  w.event('door', { what: 'live' })
  w.pass(30 * SECOND)
  w.event('door', { what: 'failed', failure: 'network' })
  expect(w.camera('door').delayMs).toBeLessThanOrEqual(3 * SECOND)
})

test('ignores what a source says after it was given up', () => {
  const w = world()
  w.add('door')
  w.event('door', { what: 'failed', failure: 'refused' })
  const before = w.camera('door')
  w.event('door', { what: 'live' })
  w.event('door', { what: 'failed', failure: 'unauthorized' })
  w.age('door', { lastFrameAgeMs: 5 })
  expect(w.camera('door')).toBe(before)
})

test('takes a removed camera off, whatever it was doing', () => {
  const w = world()
  w.add('door')
  w.feed({ input: 'remove', camera: 'door' })
  expect(w.camera('door')).toBeUndefined()
  expect(w.did('disconnect')).toHaveLength(1)
  w.pass(MINUTE)
  expect(w.did('connect')).toHaveLength(1)
})

test('a warning explains a camera that is not live yet, and is no word of one that is', () => {
  const w = world()
  const warned = { what: 'warned', message: 'No UDP packets came for 5 s.' } as const
  w.add('door')
  w.event('door', warned)
  expect(w.camera('door')).toMatchObject({ state: 'connecting', reason: 'Warning: No UDP packets came for 5 s.' })
  w.pass(15 * SECOND + 200)
  expect(w.camera('door').reason).toContain('no stream began within 15 s (No UDP packets came for 5 s). Next try in')
  // What a connection that was given up says is nothing of the next one.
  w.event('door', { what: 'warned', message: 'late words' })
  expect(w.camera('door').reason).not.toContain('late words')
  w.pass(5 * SECOND)
  expect(w.camera('door')).toMatchObject({ state: 'connecting', warning: '' })
  w.event('door', warned)
  expect(w.camera('door').reason).toMatch(/^Trying again\. Last time: .* Warning: No UDP packets came for 5 s\.$/)
  w.event('door', { what: 'live' })
  w.event('door', warned)
  expect(w.camera('door')).toMatchObject({ state: 'live', reason: '' })
  w.event('door', { what: 'failed', failure: 'network', message: 'reset by peer' })
  expect(w.camera('door').reason).not.toContain('UDP')
})
