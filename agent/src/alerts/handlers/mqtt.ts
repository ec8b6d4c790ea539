/** A topic of one's own on any broker: the alert as JSON on it, its picture as JPEG on TOPIC/picture. */

import type { AlertHandler } from '../alert_handler.ts'
import { alertJson } from '../alert_json.ts'

/** To a broker; connects when it is not connected. Resolves with the broker's acknowledgement (QoS 1). */
export interface Publisher {
  publish(topic: string, payload: string | Uint8Array, signal: AbortSignal): Promise<void>
  stop(): Promise<void>
}

export interface MqttOptions extends Pick<AlertHandler, 'name' | 'minSeverity' | 'takesPicture'> {
  /** `{box}`, `{camera}` (of what is about the whole box: `box`), `{rule}` and `{severity}` in it are replaced. */
  topic: string
  publisher: Publisher
}

export function mqttHandler({ name, minSeverity, takesPicture, topic, publisher }: MqttOptions): AlertHandler {
  return {
    ...{ name, minSeverity, takesPicture },
    async handle({ picture, ...alert }, signal) {
      const { box, camera, rule, severity } = alert
      const parts: Record<string, string> = { box: box.id, camera: camera?.id ?? 'box', rule: rule.id, severity }
      const to = topic.replace(/\{(\w+)\}/g, (all, name: string) => parts[name] ?? all)
      if (picture) await publisher.publish(`${to}/picture`, picture, signal)
      await publisher.publish(to, JSON.stringify(alertJson(alert)), signal)
    },
    stop: () => publisher.stop()
  }
}
