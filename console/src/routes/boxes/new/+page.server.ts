import { text } from '#lib/form_data.ts'
import { refused } from '#lib/server/form.ts'
import type { ConsoleView } from '#lib/view.ts'
import type { Actions } from './$types'

export const actions: Actions = {
  default: async ({ request, locals, url }) => {
    const form = await request.formData()
    const name = text(form, 'name')
    try {
      const { id, secret } = locals.rooms.desired.addBox({ name }, locals.person?.name ?? '')
      return { added: { id, name, secret, yaml: settings({ id, name, secret, url, mqtt: locals.rooms.status() }) } }
    } catch (error) {
      return refused(error, form)
    }
  }
}

interface Where {
  id: string
  name: string
  secret: string
  url: URL
  mqtt: Pick<ConsoleView, 'mqttHost' | 'mqttPort' | 'isMqttTls'>
}

/** What goes into the box's settings file, ready to paste. */
function settings({ id, name, secret, url, mqtt }: Where): string {
  const isAnyHost = mqtt.mqttHost === '0.0.0.0' || mqtt.mqttHost === '::'
  return [
    'box:',
    `  id: ${id}`,
    `  name: ${JSON.stringify(name)}`,
    'dataDir: ./data',
    'console:',
    `  url: ${url.origin}`,
    `  mqtt: mqtt${mqtt.isMqttTls ? 's' : ''}://${isAnyHost ? url.hostname : mqtt.mqttHost}:${mqtt.mqttPort}`,
    `  secret: ${secret}`,
    ''
  ].join('\n')
}
