// Whatever is killed, and whenever: each event of a box ends up in the console, once.
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBox } from '../world/box.ts'
import { spawnConsole } from '../world/console.ts'
import { engineOf, isAlive } from '../world/engine.ts'
import { type Fleet, type FleetBox, startFleet } from '../world/fleet.ts'
import { detailOf } from '../world/live.ts'
import { eventually } from '../world/wait.ts'
import { eventsOf, expectWhole } from './numbers.ts'
import { Supervised } from './supervised.ts'

const SECONDS = Number(process.env.VEDETTE_KILL_SECONDS ?? 120)
const SEED = Number(process.env.VEDETTE_KILL_SEED ?? Math.floor(Math.random() * 2 ** 32))
/** The longest backoff of an agent or an engine is a minute. */
const RECOVERY_MS = 180_000

let fleet: Fleet
let supervisedConsole: Supervised
const agents = new Map<FleetBox, Supervised>()

beforeAll(async () => {
  fleet = await startFleet({
    boxes: [
      { name: 'North', cameras: ['Path', 'Lawn'] },
      { name: 'South', cameras: ['Crossing'] }
    ]
  })
  const { server, serverOptions, boxes } = fleet
  supervisedConsole = new Supervised(server.process, async () => spawnConsole(serverOptions))
  supervisedConsole.start()
  for (const box of boxes) {
    const agent = new Supervised(box.agent.process, async () => (await startBox(box.options)).process)
    agent.start()
    agents.set(box, agent)
  }
})
afterAll(async () => {
  await Promise.all([...agents.values(), supervisedConsole].map((one) => one?.stop()))
  await fleet?.stop()
})

test(`kill -9 of console, agents and engines for ${SECONDS} s loses no event, doubles none, and all comes back by itself`, {
  timeout: SECONDS * 1000 + 3 * RECOVERY_MS,
  retry: 0
}, async () => {
  console.log(`kill: VEDETTE_KILL_SEED=${SEED}`)
  await eventually('events of each box', RECOVERY_MS, () => fleet.boxes.every((box) => eventsOf(fleet, box).count > 0))
  const kills = await killForAWhile()
  for (const box of fleet.boxes) {
    await eventually(`${box.id} and its cameras to be live`, RECOVERY_MS, () => isLive(box)).catch((error) => {
      const said = [supervisedConsole, agents.get(box)].flatMap((one) => one?.process.lines.slice(-30) ?? [])
      throw new Error(`${error.message}; after ${JSON.stringify(kills)} it said:\n${said.join('\n')}`)
    })
  }
  for (const box of fleet.boxes) {
    const before = eventsOf(fleet, box).count
    await eventually(`new events of ${box.id}`, RECOVERY_MS, () => eventsOf(fleet, box).count > before + 5)
    const last = await expectWhole(fleet, box)
    expect(eventsOf(fleet, box).givenUp).toBe(0)
    console.log(`kill: ${box.id} holds 1…${last} after ${JSON.stringify(kills)}`)
  }
})

/** Says how often each was killed. Every one in turn, in an order and at moments that the seed decides. */
async function killForAWhile(): Promise<Record<string, number>> {
  const random = mulberry32(SEED)
  const victims = [
    { name: 'console', pid: () => supervisedConsole.process.pid },
    ...[...agents].flatMap(([{ id }, agent]) => [
      { name: `agent of ${id}`, pid: () => agent.process.pid },
      { name: `engine of ${id}`, pid: () => engineOf(agent.process.pid) }
    ])
  ]
  const kills: Record<string, number> = {}
  const end = performance.now() + SECONDS * 1000
  let turn: typeof victims = []
  for (;;) {
    // The moments are what this test is about: between 0.2 and 6 s, so that some hit what has just been started.
    await pause(200 + random() * 5800)
    if (performance.now() > end) return kills
    if (turn.length === 0) turn = [...victims]
    const [victim] = turn.splice(Math.floor(random() * turn.length), 1)
    const pid = victim?.pid() ?? null
    if (victim === undefined || pid === null || !isAlive(pid)) continue
    process.kill(pid, 'SIGKILL')
    kills[victim.name] = (kills[victim.name] ?? 0) + 1
  }
}

/** As the box's page shows it; the console may not be back yet. */
async function isLive(box: FleetBox): Promise<boolean> {
  const seen = await detailOf(fleet.operator, box.id).catch(() => null)
  return seen?.state === 'live' && seen.cameras.every(({ state, fps }) => state === 'live' && (fps ?? 0) > 0)
}

/** Random numbers that a seed repeats (Tommy Ettinger's Mulberry32, public domain). */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
