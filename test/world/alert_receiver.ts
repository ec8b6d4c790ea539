/** A receiver of alerts that is as bad as real ones: it answers 500 or 503, hangs up before and after it has taken one. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  id: string
  signature: string
  timestamp: string
  body: string
}

export async function startReceiver(random: () => number) {
  /** Every request that was read whole, taken or not. */
  const requests: Received[] = []
  /** By id, how often it was taken. */
  const taken = new Map<string, number>()
  let lostAnswers = 0
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => undefined)
    request.on('end', () => {
      const header = (name: string) => String(request.headers[name] ?? '')
      const id = header('idempotency-key')
      const body = Buffer.concat(chunks).toString()
      requests.push({ id, signature: header('webhook-signature'), timestamp: header('webhook-timestamp'), body })
      const fate = random()
      if (fate < 0.1) return void response.writeHead(random() < 0.5 ? 500 : 503).end()
      if (fate < 0.15) return void request.socket.destroy()
      taken.set(id, (taken.get(id) ?? 0) + 1)
      if (fate < 0.2) {
        // It has it, and cannot say so: it will come again.
        lostAnswers++
        return void request.socket.destroy()
      }
      response.writeHead(204).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`,
    requests,
    taken,
    lostAnswers: () => lostAnswers,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    }
  }
}
