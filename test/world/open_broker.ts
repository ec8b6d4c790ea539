/** A broker that lets everybody in and keeps what is retained: where a test says to a box what no console would. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { Aedes } from 'aedes'

export interface OpenBroker {
  port: number
  /** Stays on the topic; also for who comes later. */
  retain(topic: string, payload: string): void
  /** Each message on a topic from now on. */
  listen(topic: string, heard: (payload: Buffer) => void): void
  /** The newest message on a topic. */
  last(topic: string): Buffer | undefined
  stop(): Promise<void>
}

export async function startOpenBroker(): Promise<OpenBroker> {
  const aedes = await Aedes.createBroker()
  const newest = new Map<string, Buffer>()
  const sockets = new Set<Socket>()
  aedes.on('publish', ({ topic, payload }) => void newest.set(topic, Buffer.from(payload)))
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    aedes.handle(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    retain: (topic, payload) =>
      aedes.publish({ cmd: 'publish', topic, payload, qos: 1, retain: true, dup: false }, () => {}),
    listen: (topic, heard) =>
      void aedes.on('publish', (packet) => {
        if (packet.topic === topic) heard(Buffer.from(packet.payload))
      }),
    last: (topic) => newest.get(topic),
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      server.close()
      await new Promise<void>((resolve) => aedes.close(resolve))
    }
  }
}
