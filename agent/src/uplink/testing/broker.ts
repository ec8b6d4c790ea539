/** For tests only: a real broker on a free port, and everything that was published to it. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type Socket } from 'node:net'
import { type ChannelName, parseTopic } from '@vedette/protocol'
import { Aedes } from 'aedes'

export interface Published {
  channel: ChannelName
  detail: string | null
  payload: Buffer
  retain: boolean
}

export async function startBroker(options: { port?: number; secret?: string } = {}) {
  const aedes = await Aedes.createBroker()
  const sockets = new Set<Socket>()
  const published: Published[] = []
  const waiting = new Set<() => void>()
  aedes.authenticate = (_client, _user, password, done) => {
    const isRight = options.secret === undefined || password?.toString() === options.secret
    if (isRight) done(null, true)
    else done(Object.assign(new Error('wrong'), { returnCode: 5 as const }), false)
  }
  aedes.on('publish', (packet) => {
    const parsed = parseTopic(packet.topic)
    if (!parsed?.channel.startsWith('up/')) return
    published.push({ ...parsed, payload: Buffer.from(packet.payload), retain: packet.retain })
    for (const check of waiting) check()
  })
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    aedes.handle(socket)
  })
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    port,
    url: `mqtt://127.0.0.1:${port}`,
    published,
    /** The first message of this kind at or after a position. */
    next(channel: ChannelName, accept: (message: Published) => boolean = () => true, from = 0): Promise<Published> {
      return new Promise((resolve) => {
        const check = () => {
          const found = published.slice(from).find((message) => message.channel === channel && accept(message))
          if (!found) return
          waiting.delete(check)
          resolve(found)
        }
        waiting.add(check)
        check()
      })
    },
    say(topic: string, payload: string): void {
      aedes.publish(
        { cmd: 'publish', topic, payload: Buffer.from(payload), qos: 1, retain: false, dup: false },
        () => {}
      )
    },
    cut(): void {
      for (const socket of sockets) socket.destroy()
    },
    async stop(): Promise<void> {
      for (const socket of sockets) socket.destroy()
      server.close()
      await new Promise<void>((resolve) => aedes.close(resolve))
    }
  }
}
export type TestBroker = Awaited<ReturnType<typeof startBroker>>
