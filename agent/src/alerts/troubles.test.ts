import type { CameraState, EventBody } from '@vedette/protocol'
import { expect, test } from 'vitest'
import type { Trouble } from './trouble.ts'
import { FALLS_MS, type TroubleSettings, Troubles, UNHEARD_MS } from './troubles.ts'

const BEGIN = Date.parse('2026-11-22T03:00:00.000Z')
const usual: TroubleSettings = { cameraDown: true, cameraDownMs: 30_000, engineFalls: true, level: 'bad' }

/** A box whose clock and whose alerts' gate the test has in hand. */
function start(settings: Partial<TroubleSettings> = {}) {
  const world = { nowMs: BEGIN, isHeldBack: false, asked: 0 }
  const told: string[] = []
  const kept = new Map<string, Trouble>()
  const troubles = new Troubles({
    settings: { ...usual, ...settings },
    announce({ key, severity }, { isOver }) {
      world.asked++
      if (world.isHeldBack) return false
      told.push(`${key} ${isOver ? 'over' : severity}`)
      return true
    },
    keep: (key, trouble) => void (trouble === null ? kept.delete(key) : kept.set(key, trouble)),
    now: () => world.nowMs
  })
  const pass = (seconds: number) => {
    for (let s = 0; s < seconds; s++) {
      world.nowMs += 1000
      troubles.look()
    }
  }
  const camera = (state: CameraState, id = 'door') =>
    troubles.happened({ kind: 'camera.state', camera: id, state, was: 'live', reason: 'It does not answer.' })
  const level = (level: 'ok' | 'warn' | 'bad', figure = 'disk') =>
    troubles.happened({ kind: 'health.level', figure, level, was: 'ok', reason: `${figure} is ${level}` })
  const fall = () => troubles.happened({ kind: 'engine.restarted', reason: 'SIGSEGV', restarts: 1 } as EventBody)
  return { troubles, world, told, kept, pass, camera, level, fall }
}

test('a camera that stays down is told after its delay, and when it has stayed up for as long', () => {
  const { told, kept, pass, camera } = start()
  camera('backing_off')
  pass(29)
  expect(told).toEqual([])
  pass(1)
  expect(told).toEqual(['camera door error'])
  pass(3600)
  camera('live')
  pass(29)
  expect([told.length, kept.size]).toEqual([1, 1])
  pass(1)
  expect(told).toEqual(['camera door error', 'camera door over'])
  expect(kept.size).toBe(0)
})

test('a blip is not told, a camera that comes back for moments only is', () => {
  const { told, pass, camera } = start()
  camera('stalled')
  pass(20)
  camera('live')
  pass(60)
  expect(told).toEqual([])
  for (let i = 0; i < 10; i++) {
    camera('backing_off')
    pass(8)
    camera('live')
    pass(2)
  }
  expect(told).toEqual(['camera door error'])
  pass(60)
  expect(told).toEqual(['camera door error', 'camera door over'])
})

test('what was held back is told as soon as it passes, unless it is over by then', () => {
  const { world, told, pass, camera } = start({ cameraDownMs: 0 })
  world.isHeldBack = true
  camera('auth_failed')
  camera('backing_off', 'yard')
  pass(100)
  camera('live', 'yard')
  pass(1)
  world.isHeldBack = false
  pass(2)
  expect(told).toEqual(['camera door error'])
})

test('cameras that are switched off or taken away are no trouble, nor is their end', () => {
  const { troubles, told, kept, pass, camera } = start()
  for (const id of ['door', 'yard']) camera('backing_off', id)
  pass(31)
  camera('disabled')
  troubles.keepCameras(['door', 'gate'])
  pass(100)
  expect(told).toEqual(['camera door error', 'camera yard error'])
  expect(kept.size).toBe(0)
})

test('an engine that falls three times in ten minutes is told instead of its cameras, one that falls now and then is not', () => {
  const { told, pass, camera, fall } = start()
  for (let i = 0; i < 5; i++) {
    fall()
    pass(FALLS_MS / 2000 + 1)
  }
  expect(told).toEqual([])
  camera('backing_off')
  for (let i = 0; i < 3; i++) {
    fall()
    pass(5)
  }
  pass(120)
  camera('live')
  pass(FALLS_MS / 1000)
  expect(told).toEqual(['engine error', 'engine over'])
})

test('a figure is told from the level that the settings name, again when it is graver, and when it is well', () => {
  const all = start({ level: 'warn' })
  const bad = start()
  const none = start({ level: 'off' })
  for (const { level, pass } of [all, bad, none]) {
    for (const grade of ['warn', 'bad', 'warn', 'ok'] as const) {
      level(grade)
      pass(2)
    }
  }
  expect(all.told).toEqual(['level disk warning', 'level disk error', 'level disk over'])
  expect(bad.told).toEqual(['level disk error', 'level disk over'])
  expect(none.told).toEqual([])
})

test('after a restart the same is not told twice, and its end is not forgotten', () => {
  const before = start()
  before.camera('backing_off')
  before.camera('backing_off', 'yard')
  before.level('bad')
  before.level('bad', 'memory')
  before.pass(31)
  expect(before.told).toHaveLength(4)
  const { troubles, told, pass, camera, level } = start()
  troubles.restore([...before.kept.values()])
  troubles.keepCameras(['door', 'yard'])
  camera('backing_off')
  camera('live', 'yard')
  level('bad')
  pass(UNHEARD_MS / 1000 + 1)
  expect(told).toEqual(['camera yard over', 'level memory over'])
})

test('a clock that is set back holds no trouble back', () => {
  const { world, told, pass, camera } = start()
  camera('backing_off')
  world.nowMs -= 3_600_000
  pass(31)
  expect(told).toEqual(['camera door error'])
})
