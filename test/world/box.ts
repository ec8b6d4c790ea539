/** A box: the agent as a process of its own, with its settings and data in a folder. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { WorldProcess } from './process.ts'
import { VEDETTE } from './programs.ts'

export interface BoxOptions {
  dir: string
  id: string
  console?: { url: string; mqttPort: number; secret: string }
  /** More settings, as in configs/box.yaml. */
  settings?: Record<string, unknown>
  env?: Record<string, string>
  /** A program, and what it is given before the agent's own command line: it runs that. */
  wrap?: string[]
  onLine?: (line: string) => void
}

export interface RunningBox {
  id: string
  process: WorldProcess
  /** Of its HTTP pages. */
  port: Promise<number>
  stop(): Promise<void>
}

const START_LIMIT_MS = 60_000

export async function startBox(options: BoxOptions): Promise<RunningBox> {
  await mkdir(options.dir, { recursive: true })
  const config = join(options.dir, 'box.yaml')
  await writeFile(config, stringify(settingsOf(options)), { mode: 0o600 })
  const [command = process.execPath, ...args] = [
    ...(options.wrap ?? []),
    ...[process.execPath, VEDETTE, 'start', '--config', config]
  ]
  const agent = new WorldProcess({
    ...{ command, args },
    ...(options.env && { env: options.env }),
    ...(options.onLine && { onLine: options.onLine })
  })
  const port = agent.line(/"port":\d+/, START_LIMIT_MS).then((line) => Number(/"port":(\d+)/.exec(line)?.[1]))
  // Not every test asks for it.
  port.catch(() => undefined)
  return { id: options.id, process: agent, port, stop: () => agent.stop() }
}

function settingsOf({ id, dir, console, settings }: BoxOptions): Record<string, unknown> {
  return {
    box: { id },
    dataDir: join(dir, 'data'),
    ...(console && {
      console: { url: console.url, mqtt: `mqtt://127.0.0.1:${console.mqttPort}`, secret: console.secret }
    }),
    http: { host: '127.0.0.1', port: 0 },
    healthIntervalS: 2,
    ...settings
  }
}
