/**
 * A receiver of one's own. Signed as Standard Webhooks does it (standardwebhooks.com): `webhook-id` is the alert's id and
 * the idempotency key, `webhook-signature` is `v1,` and the Base64 of HMAC-SHA-256 over `id.timestamp.body`.
 */
import { createHmac } from 'node:crypto'
import type { AddressSource } from '../address_check.ts'
import type { AlertHandler } from '../alert_handler.ts'
import { alertJson } from '../alert_json.ts'
import { httpPost } from '../http_post.ts'

export interface WebhookOptions extends Pick<AlertHandler, 'name' | 'minSeverity'> {
  url: string
  from: AddressSource
  /** null: not signed. */
  secret: string | null
  caFile: string | null
  timeoutMs: number
  takesPicture: boolean
}

export function webhookHandler(options: WebhookOptions): AlertHandler {
  const { name, minSeverity, takesPicture, url, from, secret, caFile, timeoutMs } = options
  return {
    ...{ name, minSeverity, takesPicture },
    async handle({ picture, ...alert }, signal) {
      const { id } = alert
      const attached = picture && { contentType: 'image/jpeg', base64: Buffer.from(picture).toString('base64') }
      const body = JSON.stringify({ ...alertJson(alert), picture: attached })
      const timestamp = String(Math.floor(Date.now() / 1000))
      const headers = {
        'user-agent': 'vedette',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'idempotency-key': id,
        ...(secret !== null && { 'webhook-signature': signature(secret, `${id}.${timestamp}.${body}`) })
      }
      await httpPost({ url, from, headers, body, caFile, timeoutMs, signal })
    }
  }
}

/** A secret such as whsec_BASE64 is the bytes it encodes; any other is its own. */
export function signature(secret: string, text: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : Buffer.from(secret)
  return `v1,${createHmac('sha256', key).update(text).digest('base64')}`
}
