/** An alert as programs receive it: by webhook, MQTT and in the file. Documented in design/alerts.md; fields are only added. */
import type { Alert } from './alert.ts'

export function alertJson({ heldBack, grouped, groupedCount, ...alert }: Alert) {
  return { v: 1, ...alert, grouped, groupedCount, heldBack }
}
