// A program on the read-only listener stops reading: boxes, pages and other readers must not notice, nor the memory.
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { stampPreview, topic } from '@vedette/protocol'
import { connectAsync } from 'mqtt'
import { expect, onTestFinished, test } from 'vitest'
import { type Fleet, startFleet } from '../world/fleet.ts'
import { live } from '../world/live.ts'
import { eventually } from '../world/wait.ts'

const LIMIT_MS = 60_000
/** More than the socket's buffers and the bridge hold together. */
const PICTURES = 200
const PICTURE_BYTES = 512 * 1024
/** What the bridge (32 MiB), deliveries under way and the pictures that pages may ask for can take. */
const MEMORY_BYTES = 200 * 2 ** 20
/** The reader is given 2 s; the rest is for a busy machine. */
const LONGEST_MS = 15_000

test('a frozen mosquitto_sub is dropped; boxes, pages and other readers go on, and memory is bounded', async () => {
  const fleet = await startFleet({ boxes: [{ name: 'Gate', cameras: ['Path'] }] })
  onTestFinished(() => fleet.stop())
  const { operator, server } = fleet
  const account = await operator.addReader('monitor')
  const readers = [subscribe(server, account.password), subscribe(server, account.password)] as const
  for (const reader of readers) await eventually('a reader to hear', LIMIT_MS, () => reader.lines.length > 0)
  const page = watchFrames(fleet)
  await eventually('frames on the page', LIMIT_MS, () => page.count > 10)

  readers[0].process.kill('SIGSTOP')
  const { id, secret } = await operator.addBox('Loud')
  const options = { clientId: id, username: id, password: secret, reconnectPeriod: 0 }
  const loud = await connectAsync(`mqtt://127.0.0.1:${server.mqttPort}`, options, false)
  onTestFinished(() => void loud.end(true))
  const before = { bytes: memoryOf(server.pid, 'VmRSS'), frames: page.count, heard: readers[1].lines.length }
  const picture = Buffer.alloc(PICTURE_BYTES, 0x55)
  picture.set([0xff, 0xd8, 0xff, 0xd9])
  let slowestMs = 0
  for (let n = 1; n <= PICTURES; n++) {
    const stamped = stampPreview(picture, { ptsNs: BigInt(n), capturedUs: n })
    const startMs = performance.now()
    await loud.publishAsync(topic(id, 'up/preview', 'hall'), Buffer.from(stamped), { qos: 1 })
    slowestMs = Math.max(slowestMs, performance.now() - startMs)
  }
  await server.process.line(/closed a read-only connection from 127\.0\.0\.1 .*monitor.*took nothing for 2 s/, LIMIT_MS)
  await eventually('more frames on the page', LIMIT_MS, () => page.count > before.frames + 20)
  await eventually('the other reader to hear more', LIMIT_MS, () => readers[1].lines.length > before.heard + 5)
  expect(slowestMs).toBeLessThan(LONGEST_MS)
  expect(page.longestGapMs).toBeLessThan(LONGEST_MS)
  expect(memoryOf(server.pid, 'VmHWM') - before.bytes).toBeLessThan(MEMORY_BYTES)
})

/** Everything that boxes say, one line a message without its payload. */
function subscribe({ readOnlyPort }: Fleet['server'], password: string): { process: ChildProcess; lines: string[] } {
  const to = ['-h', '127.0.0.1', '-p', String(readOnlyPort), '-u', 'monitor', '-P', password]
  // Piped output is written at once only without a buffer.
  const line = ['-oL', 'mosquitto_sub', ...to, '-t', 'vedette/v1/+/up/#', '-F', '%t %l']
  const process = spawn('stdbuf', line, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void process.kill('SIGKILL'))
  const lines: string[] = []
  createInterface({ input: process.stdout }).on('line', (line) => lines.push(line))
  return { process, lines }
}

/** Batches of frames that reach somebody who looks at the camera's page. */
function watchFrames({ operator, boxes }: Fleet): { count: number; longestGapMs: number } {
  const seen = { count: 0, longestGapMs: 0 }
  const end = new AbortController()
  const follow = async () => {
    let lastAt = 0
    for await (const { event, at } of live(operator, `box=${boxes[0]?.id}&camera=path`, end.signal)) {
      if (event !== 'frames') continue
      seen.count++
      if (lastAt > 0) seen.longestGapMs = Math.max(seen.longestGapMs, at - lastAt)
      lastAt = at
    }
  }
  const ended = follow()
  onTestFinished(async () => {
    end.abort()
    await ended
  })
  return seen
}

function memoryOf(pid: number, what: 'VmRSS' | 'VmHWM'): number {
  const kibibytes = new RegExp(`^${what}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kibibytes) * 1024
}
