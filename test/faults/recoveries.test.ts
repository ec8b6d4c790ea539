// The engine dies, stands still or runs out of memory: the box is back by itself, tells of it, and keeps a record.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { engineOf, isAlive } from '../world/engine.ts'
import { bodiesOf, modelRuns } from '../world/events.ts'
import { type Fleet, type FleetBox, startFleet } from '../world/fleet.ts'
import { detailOf } from '../world/live.ts'
import { eventually } from '../world/wait.ts'

const LIMIT_MS = 90_000
/** Until the engine is back, besides the time that it takes to start and to load its model. */
const BAR_MS = 5_000
const TRIAL_S = 5

let fleet: Fleet
let box: FleetBox

beforeAll(async () => {
  const settings = { pipeline: { maxSources: 4 }, modelTrialS: TRIAL_S }
  fleet = await startFleet({ boxes: [{ name: 'Gate', cameras: ['Path', 'Lawn', 'Crossing'], settings }] })
  box = fleet.boxes[0]!
  await modelRuns(fleet, box)
  // On trial it would be blamed: a box that is back so soon falls three times within half a minute here.
  await box.agent.process.line(/model ssd-mobilenet-v2-oid 1\.0\.0 is good/, LIMIT_MS)
  await eventually('three live cameras', LIMIT_MS, isLive)
})
afterAll(() => fleet?.stop())

/** Each says when the harm was done. */
const harms: [what: string, harm: (engine: number) => number | Promise<number>, told: RegExp][] = [
  ['crashes', (engine) => signal(engine, 'SIGSEGV'), /ended by SIGSEGV/],
  ['stands still', (engine) => signal(engine, 'SIGSTOP'), /stood still for 2.5 s/],
  ['runs out of memory', starve, /memory ran out|ended by SIG(ABRT|TRAP|SEGV|KILL)/]
]

test.for(harms)(
  'an engine that %s is back with all its cameras, is told of, and leaves a record',
  {
    timeout: 3 * LIMIT_MS,
    retry: 0
  },
  async ([what, harm, told]) => {
    const { pid } = box.agent.process
    const before = { events: restarts().length, records: recordsOf('.json').length }
    const engine = await eventually('an engine', LIMIT_MS, () => engineOf(pid))
    const harmedAt = await harm(engine)
    const another = await eventually('another engine', LIMIT_MS, () => {
      const now = engineOf(pid)
      return now !== null && now !== engine && now
    })
    const [startedAt, runningAt] = await eventually('its pipeline to run', LIMIT_MS, () => {
      const states = box.agent.process.lines.flatMap((line) =>
        line.includes(`"pid":${another}`) ? [JSON.parse(line)] : []
      )
      const at = (state: string) => states.findLast((line) => line.engine === state)?.time
      return at('starting') && at('running') && [Date.parse(at('starting')), Date.parse(at('running'))]
    }).catch((error: Error) => {
      throw new Error(`${error.message}; the box said:\n${box.agent.process.lines.slice(-30).join('\n')}`)
    })
    await eventually('all cameras live again', LIMIT_MS, isLive)
    const backMs = runningAt - harmedAt
    const loadMs = runningAt - startedAt
    console.log(`recoveries: an engine that ${what} is back after ${backMs} ms, ${loadMs} ms of it to start and load`)
    expect(backMs - loadMs).toBeLessThan(BAR_MS)
    expect(isAlive(engine)).toBe(false)

    const event = await eventually('the event', LIMIT_MS, () => restarts()[before.events])
    expect(event.reason).toMatch(told)
    const records = recordsOf('.json')
    expect(records).toHaveLength(before.records + 1)
    const record = JSON.parse(readFileSync(join(box.dataDir, 'crashes', records.at(-1)!), 'utf8'))
    expect(record).toMatchObject({
      reason: expect.stringMatching(told),
      isBeside: false,
      model: expect.stringContaining('ssd'),
      cameras: { path: 'live', lawn: 'live', crossing: 'live' }
    })
    expect(record.log.join('\n')).toContain('live')
    const graph = readFileSync(join(box.dataDir, 'crashes', recordsOf('.dot').at(-1)!), 'utf8')
    expect(graph).toMatch(/^digraph pipeline/)
    expect(graph).toContain('infer')
  }
)

test('an agent that is told to end does so inside its limit, even with an engine that stands still', {
  timeout: LIMIT_MS
}, async () => {
  const { process: agent } = box.agent
  const engine = await eventually('an engine', LIMIT_MS, () => engineOf(agent.pid))
  process.kill(engine, 'SIGSTOP')
  const began = performance.now()
  agent.child.kill('SIGTERM')
  expect(await agent.exited()).toBe(0)
  console.log(`recoveries: the agent ended after ${Math.round(performance.now() - began)} ms`)
  expect(performance.now() - began).toBeLessThan(10_000)
  expect(isAlive(engine)).toBe(false)
})

function restarts() {
  return bodiesOf(fleet, box, 'engine.restarted')
}

function recordsOf(kind: '.json' | '.dot'): string[] {
  const folder = join(box.dataDir, 'crashes')
  return existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => name.endsWith(kind))
        .sort()
    : []
}

async function isLive(): Promise<boolean> {
  const seen = await detailOf(fleet.operator, box.id).catch(() => null)
  return seen?.cameras.every(({ state, fps }) => state === 'live' && (fps ?? 0) > 0) ?? false
}

function signal(engine: number, name: NodeJS.Signals): number {
  process.kill(engine, name)
  return Date.now()
}

/** It dies of the next memory that it asks for: that is when the harm is done. */
async function starve(engine: number): Promise<number> {
  limitMemory(engine)
  // One that does the same for each frame lives on what it has: a picture needs more.
  const started = box.agent.process.lines.find((line) => /"agent .* started"/.test(line))!
  const picture = `http://127.0.0.1:${JSON.parse(started).port}/v1/sources/path/snapshot`
  await eventually('an engine without memory to die', LIMIT_MS, async () => {
    await fetch(picture, { signal: AbortSignal.timeout(1000) }).catch(() => null)
    return !isAlive(engine)
  })
  return Date.now()
}

/** A group with no memory to give where this system allows one (cgroup v2, then v1), else a limit of its address space. */
function limitMemory(engine: number): void {
  for (const [parent, limit] of [
    ['/sys/fs/cgroup', 'memory.max'],
    ['/sys/fs/cgroup/memory', 'memory.limit_in_bytes']
  ] as const) {
    const group = join(parent, `vedette-test-${process.pid}`)
    if (!existsSync(join(parent, 'cgroup.procs'))) continue
    try {
      mkdirSync(group)
      onTestFinished(() => rmdirSync(group))
      writeFileSync(join(group, limit), String(64 * 1024))
      writeFileSync(join(group, 'cgroup.procs'), String(engine))
      return
    } catch {
      // Not this kind of group, or not ours to make.
    }
  }
  execFileSync('prlimit', ['--pid', String(engine), '--as=1048576'])
}
