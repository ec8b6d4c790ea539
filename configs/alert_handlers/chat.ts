/**
 * An alert handler of one's own: settings
 *
 *     alerts:
 *       handlers:
 *         - { kind: module, path: ./alert_handlers/chat.ts, export: Chat, config: { url: 'https://chat.example/hook' } }
 *
 * It runs in a process of its own, with limits of time and memory. When `handle` throws, the alert comes again later,
 * with the same `id`.
 */
interface Alert {
  id: string
  message: string
  severity: 'debug' | 'info' | 'warning' | 'error'
}

export class Chat {
  readonly #url: string

  constructor(config: { url: string }) {
    this.#url = config.url
  }

  async handle({ id, message, severity }: Alert): Promise<void> {
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': id },
      body: JSON.stringify({ msgtype: 'text', text: `${severity}: ${message}` })
    })
    if (!response.ok) throw new Error(`the chat answered ${response.status}`)
  }
}
