/** An RTSP camera that misbehaves by script (bad_camera/script.ts), as a process of its own, until it is told to behave. */
import { connect, type Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import type { ScriptName } from './bad_camera/script.ts'
import { WorldProcess } from './process.ts'

export interface BadCamera {
  url: string
  port: number
  /** From now on, whoever connects finds a good camera. */
  behave(): void
  listen(): void
  /** Closes its port and cuts off whoever is connected. */
  refuse(): void
  /** As when the power of its switch is cut: open connections stay open at our end, new ones are not answered. */
  vanish(): Promise<void>
  stop(): Promise<void>
}

export interface BadCameraOptions {
  script: ScriptName
  /** Folder of `makeFilms`. */
  films: string
  /** False: its port is closed until it is told to listen or to behave. */
  isListening?: boolean
  /** Default: one of the system's choice. */
  port?: number
  seed?: number
}

const PROGRAM = fileURLToPath(new URL('bad_camera/main.ts', import.meta.url))
/** One more than the kernel keeps for a stopped process with a backlog of one. */
const KNOCKS = 4

export async function startBadCamera(options: BadCameraOptions): Promise<BadCamera> {
  const { isListening = true, seed = 1, port: wanted = 0, script, films } = options
  const server = new WorldProcess({
    command: process.execPath,
    args: [PROGRAM, JSON.stringify({ films, script, isListening, seed, port: wanted })]
  })
  const { port } = JSON.parse(await server.line(/^\{"port":/)) as { port: number }
  const say = (line: string) => void server.child.stdin?.write(`${line}\n`)
  let knocks: Socket[] = []
  return {
    url: `rtsp://127.0.0.1:${port}/camera`,
    port,
    listen: () => say('listen'),
    refuse: () => say('refuse'),
    behave: () => {
      for (const knock of knocks) knock.destroy()
      knocks = []
      say('behave')
      server.kill('SIGCONT')
    },
    vanish: async () => {
      server.kill('SIGSTOP')
      knocks = Array.from({ length: KNOCKS }, () => connect(port, '127.0.0.1').on('error', () => undefined))
      await new Promise((resolve) => knocks[0]?.once('connect', resolve))
    },
    stop: () => {
      server.kill('SIGCONT')
      return server.stop(2000)
    }
  }
}
