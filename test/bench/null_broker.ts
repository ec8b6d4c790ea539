// node test/bench/null_broker.ts: aedes alone, with one subscriber that looks at nothing. Says its port.
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'
import { Aedes } from 'aedes'
import { WorldProcess } from '../world/process.ts'

export interface NullBroker {
  process: WorldProcess
  port: number
}

/** As a process of its own, so that its time is told apart. */
export async function startNullBroker(): Promise<NullBroker> {
  const broker = new WorldProcess({ command: process.execPath, args: [fileURLToPath(import.meta.url)] })
  const line = await broker.line(/^port \d+$/)
  return { process: broker, port: Number(line.split(' ')[1]) }
}

if (import.meta.main) {
  const broker = await Aedes.createBroker()
  broker.subscribe(
    '#',
    (_packet, done) => done(),
    () => undefined
  )
  const server = createServer(broker.handle)
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    console.log(`port ${typeof address === 'object' ? address?.port : address}`)
  })
}
