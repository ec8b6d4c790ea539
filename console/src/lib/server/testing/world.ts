/** A console without HTTP, and boxes that speak to it by a stock MQTT client; all gone when the test ends. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ChannelName, topic } from '@vedette/protocol'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import { onTestFinished } from 'vitest'
import type { Settings } from '../settings.ts'
import { startRooms } from '../start.ts'

export type World = Awaited<ReturnType<typeof startWorld>>

export function newDataDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'vedette-console-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

function settingsFor(dataDir: string, ports = { mqttPort: 0, readOnlyPort: 0 }): Settings {
  return { dataDir, mqttHost: '127.0.0.1', ...ports, tls: null, origin: null, httpHost: '127.0.0.1' }
}

export async function startWorld(options: { dataDir?: string; mqttPort?: number; now?: () => number } = {}) {
  const dataDir = options.dataDir ?? newDataDir()
  const logged: string[] = []
  const settings = settingsFor(dataDir, { mqttPort: options.mqttPort ?? 0, readOnlyPort: 0 })
  const started = await startRooms(settings, {
    log: (_level, message) => void logged.push(message),
    ...(options.now && { now: options.now })
  })
  let isStopped = false
  const stop = async () => {
    if (!isStopped) await started.stop()
    isStopped = true
  }
  onTestFinished(stop)
  return { ...started, dataDir, logged, stop }
}

export interface TestBox {
  id: string
  secret: string
  client: MqttClient
  say(channel: ChannelName, message: unknown, detail?: string): Promise<unknown>
  /** The next message under that topic of this box; `is` picks one. */
  next<T>(channel: ChannelName, is?: (message: T) => boolean): Promise<T>
}

export async function connectBox(
  world: World,
  name = 'Test box',
  known?: { id: string; secret: string }
): Promise<TestBox> {
  const { id, secret } = known ?? world.rooms.desired.addBox({ name }, 'tester')
  const client = await connect(world.rooms.status().mqttPort, { username: id, password: secret })
  const heard: { topic: string; payload: Buffer }[] = []
  const waiters = new Set<() => void>()
  client.on('message', (topic, payload) => {
    heard.push({ topic, payload })
    for (const waiter of [...waiters]) waiter()
  })
  await client.subscribeAsync(`vedette/v1/${id}/dn/#`, { qos: 1 })
  return {
    id,
    secret,
    client,
    say: (channel, message, detail) =>
      client.publishAsync(topic(id, channel, detail), Buffer.isBuffer(message) ? message : JSON.stringify(message), {
        qos: 1
      }),
    next: <T>(channel: ChannelName, is: (message: T) => boolean = () => true) =>
      within<T>(`${channel} for ${id}`, (found) => {
        const look = () => {
          const at = heard.findIndex(
            (one) =>
              one.topic.startsWith(topic(id, channel)) &&
              one.payload.length > 0 &&
              is(JSON.parse(String(one.payload)) as T)
          )
          if (at >= 0) {
            waiters.delete(look)
            found(JSON.parse(String(heard.splice(at, 1)[0]?.payload)) as T)
          }
        }
        waiters.add(look)
        look()
      })
  }
}

export async function connect(port: number, options: IClientOptions): Promise<MqttClient> {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { reconnectPeriod: 0, ...options }, false)
  onTestFinished(() => void client.end(true))
  return client
}

/** A promise with a limit; the message says what was awaited. */
export function within<T>(what: string, start: (found: (value: T) => void) => void, limitMs = 5000): Promise<T> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`expected ${what} within ${limitMs} ms`)), limitMs)
    start((value) => {
      clearTimeout(limit)
      resolve(value)
    })
  })
}

/** Asks again until it is so. */
export async function eventually<T>(what: string, ask: () => T | null | undefined | false, limitMs = 5000): Promise<T> {
  const end = performance.now() + limitMs
  for (;;) {
    const found = ask()
    if (found) return found
    if (performance.now() > end) throw new Error(`expected ${what} within ${limitMs} ms`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
