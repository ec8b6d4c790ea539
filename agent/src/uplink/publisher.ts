/** Publishes to a broker that is not the console's, for alerts: connects when there is something to say, and stays so. */
import { readFileSync } from 'node:fs'
import { connectAsync, type MqttClient } from 'mqtt'

export interface PublisherOptions {
  url: string
  user: string | null
  password: string | null
  caFile: string | null
  clientId: string
  timeoutMs: number
}

export class Publisher {
  readonly #options: PublisherOptions
  #client: MqttClient | null = null

  constructor(options: PublisherOptions) {
    this.#options = options
  }

  /** Resolves with the broker's acknowledgement. */
  async publish(topic: string, payload: string | Uint8Array, signal: AbortSignal): Promise<void> {
    const client = await this.#connected()
    signal.throwIfAborted()
    try {
      await client.publishAsync(topic, Buffer.from(payload), { qos: 1 })
    } catch (error) {
      this.#drop(client)
      throw error
    }
  }

  async stop(): Promise<void> {
    const client = this.#client
    this.#client = null
    await client?.endAsync(true).catch(() => undefined)
  }

  async #connected(): Promise<MqttClient> {
    if (this.#client?.connected) return this.#client
    if (this.#client) this.#drop(this.#client)
    const { url, user, password, caFile, clientId, timeoutMs } = this.#options
    // Its own tries would go on beside those of whoever publishes, and its queue is memory without a bound.
    const client = await connectAsync(
      url,
      {
        ...{ clientId, clean: true, reconnectPeriod: 0, connectTimeout: timeoutMs, keepalive: 30, queueQoSZero: false },
        ...(user !== null && { username: user }),
        ...(password !== null && { password }),
        ...(caFile !== null && { ca: readFileSync(caFile) })
      },
      false
    )
    this.#client = client
    client.on('error', () => this.#drop(client))
    client.on('close', () => this.#drop(client))
    return client
  }

  #drop(client: MqttClient): void {
    if (this.#client === client) this.#client = null
    client.end(true)
  }
}
