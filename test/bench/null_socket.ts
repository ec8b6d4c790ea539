// node test/bench/null_socket.ts: a socket that a client takes for a broker: says yes to everything and forgets it. Says its
// port.
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { WorldProcess } from '../world/process.ts'

export interface NullSocket {
  process: WorldProcess
  port: number
}

/** As a process of its own, so that its time is told apart. */
export async function startNullSocket(): Promise<NullSocket> {
  const socket = new WorldProcess({ command: process.execPath, args: [fileURLToPath(import.meta.url)] })
  const line = await socket.line(/^port \d+$/)
  return { process: socket, port: Number(line.split(' ')[1]) }
}

/** Control packet types and what answers them: MQTT 3.1.1 sections 2.2.1 and 3. */
const CONNECT = 1
const PUBLISH = 3
const SUBSCRIBE = 8
const PINGREQ = 12

function answer(packet: Buffer, bodyAt: number): Buffer | null {
  const type = packet[0]! >> 4
  if (type === CONNECT) return Buffer.from([0x20, 2, 0, 0])
  if (type === PINGREQ) return Buffer.from([0xd0, 0])
  if (type === SUBSCRIBE) {
    const granted: number[] = []
    for (let at = bodyAt + 2; at < packet.length; ) {
      at += 2 + packet.readUInt16BE(at)
      granted.push(packet[at++]!)
    }
    return Buffer.from([0x90, 2 + granted.length, packet[bodyAt]!, packet[bodyAt + 1]!, ...granted])
  }
  const hasId = type === PUBLISH && (packet[0]! & 0x06) !== 0
  if (!hasId) return null
  const id = bodyAt + 2 + packet.readUInt16BE(bodyAt)
  return Buffer.from([0x40, 2, packet[id]!, packet[id + 1]!])
}

/** Where the body of the first packet begins and ends; null while its length has not come. */
function first(bytes: Buffer): [number, number] | null {
  let length = 0
  for (let at = 1, factor = 1; at < Math.min(5, bytes.length); at++, factor *= 128) {
    length += (bytes[at]! & 127) * factor
    if (bytes[at]! < 128) return [at + 1, at + 1 + length]
  }
  return null
}

if (import.meta.main) {
  const server = createServer((socket) => {
    let waiting: Buffer = Buffer.alloc(0)
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk: Buffer) => {
      waiting = waiting.length === 0 ? chunk : Buffer.concat([waiting, chunk])
      for (let span = first(waiting); span && span[1] <= waiting.length; span = first(waiting)) {
        const reply = answer(waiting.subarray(0, span[1]), span[0])
        if (reply) socket.write(reply)
        waiting = waiting.subarray(span[1])
      }
    })
  })
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    console.log(`port ${typeof address === 'object' ? address?.port : address}`)
  })
}
