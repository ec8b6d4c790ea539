/** A street of RTSP cameras that loop real footage (camera/camera.cc): one server process, one mount per camera. */
import { fileURLToPath } from 'node:url'
import type { Certificate } from './certificate.ts'
import { WorldProcess } from './process.ts'

export interface Mount {
  name: string
  /** H.264 film. */
  film: string
  /** Where in the film it begins, so that cameras of one film differ. */
  offsetS?: number
  script?: 'nokeyframe' | 'silent' | 'h265'
  /** How far the camera's own clock is ahead of this machine's, in whole seconds. */
  clockAheadS?: number
}

export interface Street {
  port: number
  /** rtsp:// address without credentials. */
  url(name: string): string
  /** The camera keeps its connection but sends nothing more, as a hung camera does. */
  pause(name: string): void
  resume(name: string): void
  /** Power cut. */
  kill(): Promise<void>
  stop(): Promise<void>
}

const PROGRAM = fileURLToPath(new URL('camera/build/camera', import.meta.url))

export interface StreetOptions {
  mounts: Mount[]
  /** user:password */
  auth?: string
  /** Speaks TLS (rtsps) with it. */
  certificate?: Certificate
  port?: number
}

export async function startCameras(options: StreetOptions): Promise<Street> {
  const mounts = options.mounts.map((mount) => {
    const offset = mount.offsetS === undefined ? '' : `,offset=${mount.offsetS}`
    const script = mount.script === undefined ? '' : `,script=${mount.script}`
    const clock = mount.clockAheadS === undefined ? '' : `,clock=${mount.clockAheadS}`
    return `${mount.name}=${mount.film}${offset}${script}${clock}`
  })
  const auth = options.auth === undefined ? [] : ['--auth', options.auth]
  const { certificate } = options
  const tls = certificate === undefined ? [] : ['--tls', certificate.cert, certificate.key]
  const server = new WorldProcess({
    command: PROGRAM,
    args: ['--port', String(options.port ?? 0), ...auth, ...tls, ...mounts]
  })
  const { port } = JSON.parse(await server.line(/^\{"port":/)) as { port: number }
  return {
    port,
    url: (name) => `${certificate ? 'rtsps' : 'rtsp'}://127.0.0.1:${port}/${name}`,
    pause: (name) => void server.child.stdin?.write(`pause ${name}\n`),
    resume: (name) => void server.child.stdin?.write(`resume ${name}\n`),
    kill: async () => {
      server.kill()
      await server.exited()
    },
    stop: () => server.stop(2000)
  }
}
