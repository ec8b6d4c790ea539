/** Bytes that went out to whoever asked, over all connections. */
import type { Server } from 'node:http'
import type { Socket } from 'node:net'

export class SentBytes {
  readonly #open = new Set<Socket>()
  #closed = 0

  watch(server: Server): void {
    server.on('connection', (socket) => {
      this.#open.add(socket)
      socket.once('close', () => {
        this.#open.delete(socket)
        this.#closed += socket.bytesWritten
      })
    })
  }

  get total(): number {
    let total = this.#closed
    for (const socket of this.#open) total += socket.bytesWritten
    return total
  }

  get connections(): number {
    return this.#open.size
  }
}
