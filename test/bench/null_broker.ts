// node test/bench/null_broker.ts CERT KEY: aedes alone over TLS, with one subscriber that looks at nothing. Says its port.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { Aedes } from 'aedes'
import type { Certificate } from '../world/certificate.ts'
import { WorldProcess } from '../world/process.ts'

export interface NullBroker {
  process: WorldProcess
  port: number
}

/** As a process of its own, so that its time is told apart. */
export async function startNullBroker({ cert, key }: Certificate): Promise<NullBroker> {
  const broker = new WorldProcess({ command: process.execPath, args: [fileURLToPath(import.meta.url), cert, key] })
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
  const [cert = '', key = ''] = process.argv.slice(2)
  const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) }, broker.handle)
  server.listen(0, '127.0.0.1', () => {
    const address = server.address()
    console.log(`port ${typeof address === 'object' ? address?.port : address}`)
  })
}
