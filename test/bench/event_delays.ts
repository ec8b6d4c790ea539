/** A page that follows the fleet: how long after it happened an event is there. */
export class EventDelays {
  readonly #delays: number[] = []
  readonly #stop = new AbortController()

  get signal(): AbortSignal {
    return this.#stop.signal
  }

  get count(): number {
    return this.#delays.length
  }

  /** Forgets what was before, such as a warm-up. */
  reset(): void {
    this.#delays.length = 0
  }

  follow(response: Response): void {
    if (!response.ok || response.body === null) {
      throw new Error(`expected a live stream, received ${response.status}: is the operator signed in?`)
    }
    void this.#read(response.body).catch((error: Error) => {
      if (!this.signal.aborted) console.error(`ingest: the live stream broke: ${error.message}`)
    })
  }

  stop(): void {
    this.#stop.abort()
  }

  percentile(fraction: number): number {
    const sorted = this.#delays.toSorted((a, b) => a - b)
    return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? Number.NaN
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder()
    let text = ''
    for await (const bytes of body) {
      const now = Date.now()
      text += decoder.decode(bytes, { stream: true })
      const messages = text.split('\n\n')
      text = messages.pop() ?? ''
      for (const message of messages) {
        const [name, data = ''] = message.split('\n')
        if (name !== 'event: event') continue
        const { at, kind } = JSON.parse(data.slice('data: '.length)) as { at: string; kind: string }
        if (kind === 'camera.state') this.#delays.push(now - Date.parse(at))
      }
    }
  }
}
