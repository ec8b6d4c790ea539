/** An incoming webhook as Slack, Mattermost, Rocket.Chat and Discord (`/slack`) have it: one message in words. */
import { heldWords } from '@vedette/protocol'
import type { AddressSource } from '../address_check.ts'
import type { AlertHandler, Delivered } from '../alert_handler.ts'
import { httpPost } from '../http_post.ts'

export interface SlackOptions extends Pick<AlertHandler, 'name' | 'minSeverity'> {
  url: string
  from: AddressSource
  caFile: string | null
  timeoutMs: number
}

export function slackHandler({ name, minSeverity, url, from, caFile, timeoutMs }: SlackOptions): AlertHandler {
  return {
    // Incoming webhooks take no files.
    ...{ name, minSeverity, takesPicture: false },
    async handle(alert, signal) {
      const body = JSON.stringify({ text: slackText(alert) })
      await httpPost({ url, from, headers: { 'user-agent': 'vedette' }, body, caFile, timeoutMs, signal })
    }
  }
}

const marks = {
  debug: ':white_circle:',
  info: ':large_blue_circle:',
  warning: ':warning:',
  error: ':red_circle:'
} as const
const SHOWN = 5

function slackText({
  box,
  severity,
  isOver,
  message,
  at,
  grouped,
  groupedCount,
  heldBack
}: Omit<Delivered, 'picture'>): string {
  const lines = [
    `${isOver ? ':large_green_circle:' : marks[severity]} *${escaped(message)}*`,
    ...grouped.slice(0, SHOWN).map((one) => `• ${escaped(one.message)}`)
  ]
  if (groupedCount > SHOWN) lines.push(`… and ${groupedCount - SHOWN} more`)
  const held = heldWords(heldBack)
  lines.push([escaped(box.name), at, ...(held === '' ? [] : [held])].join(' · '))
  return lines.join('\n')
}

/** The three signs that Slack's markup asks to be escaped. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
