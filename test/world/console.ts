/** The built console as a process of its own, on loopback and free ports, with its data in a folder. */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { Certificate } from './certificate.ts'
import { WorldProcess } from './process.ts'
import { CONSOLE } from './programs.ts'
import { eventually } from './wait.ts'

export interface ConsoleOptions {
  dataDir: string
  /** Default: free ones. Give them to start again at the same place. */
  port?: number
  mqttPort?: number
  readOnlyPort?: number
  /** Both MQTT listeners then speak TLS. */
  tls?: Certificate
  onLine?: (line: string) => void
}

export interface Ready {
  url: string
  mqttPort: number
  readOnlyPort: number
  pid: number
  /** One-time sign-in link, at the first start. */
  signIn?: string
}

export interface RunningConsole extends Ready {
  process: WorldProcess
  stop(): Promise<void>
}

export async function startConsole(options: ConsoleOptions): Promise<RunningConsole> {
  const server = spawnConsole({ ...options, port: options.port ?? (await freePort()) })
  try {
    const ready = await eventually(`the console to be ready at ${options.dataDir}`, 30_000, async () => {
      if (server.hasExited)
        throw new Error(`expected the console to start, but it ended:\n  ${server.lines.slice(-20).join('\n  ')}`)
      const ready = JSON.parse(
        await readFile(join(options.dataDir, 'ready.json'), 'utf8').catch(() => 'null')
      ) as Ready | null
      if (ready?.pid !== server.pid) return null
      return (await fetch(`${ready.url}/healthz`).catch(() => null))?.ok ? ready : null
    })
    return { ...ready, process: server, stop: () => server.stop(5000) }
  } catch (error) {
    server.kill()
    throw error
  }
}

/** Only started, perhaps not yet ready. */
export function spawnConsole(options: ConsoleOptions & { port: number }): WorldProcess {
  return new WorldProcess({
    command: process.execPath,
    args: [join(CONSOLE, 'index.js')],
    env: {
      HOST: '127.0.0.1',
      PORT: String(options.port),
      VEDETTE_DATA: options.dataDir,
      VEDETTE_MQTT_PORT: String(options.mqttPort ?? 0),
      VEDETTE_MQTT_READ_PORT: String(options.readOnlyPort ?? 0),
      ...(options.tls && { VEDETTE_TLS_CERT: options.tls.cert, VEDETTE_TLS_KEY: options.tls.key })
    },
    ...(options.onLine && { onLine: options.onLine })
  })
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer()
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  probe.once('error', reject)
  probe.listen(0, '127.0.0.1', () => {
    const address = probe.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    probe.close(() => resolve(port))
  })
  return promise
}
