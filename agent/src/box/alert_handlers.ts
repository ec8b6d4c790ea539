/** The handlers of the settings, each with what it needs of other rooms. */
import type { AlertHandler } from '../alerts/alert_handler.ts'
import { consoleHandler } from '../alerts/handlers/console.ts'
import { emailHandler } from '../alerts/handlers/email.ts'
import { FileHandler } from '../alerts/handlers/file.ts'
import { moduleHandler } from '../alerts/handlers/module.ts'
import { mqttHandler } from '../alerts/handlers/mqtt.ts'
import { slackHandler } from '../alerts/handlers/slack.ts'
import { webhookHandler } from '../alerts/handlers/webhook.ts'
import type { Log } from '../log.ts'
import type { HandlerSettings } from '../settings/schema/alerts.ts'
import { Publisher } from '../uplink/publisher.ts'
import { UserModule } from '../user_module/user_module.ts'
import { userModuleEntry } from '../user_module_entry.ts'

export function alertHandler(given: HandlerSettings, box: string, log: Log): AlertHandler {
  const { name, minSeverity } = given
  switch (given.kind) {
    case 'console':
      return consoleHandler({ name, minSeverity, write: (level, message, about) => log.log[level](about, message) })
    case 'file':
      return new FileHandler(given)
    case 'webhook': {
      const secret = given.secret?.reveal() ?? null
      if (secret !== null) log.redact(secret)
      return webhookHandler({ ...given, url: secretUrl(given.url.reveal(), log), secret, from: 'settings' })
    }
    case 'slack':
      return slackHandler({ ...given, url: secretUrl(given.url.reveal(), log), from: 'settings' })
    case 'mqtt': {
      const password = given.password?.reveal() ?? null
      if (password !== null) log.redact(password, given.user ?? '')
      const clientId = `vedette-${box}-${name}`.slice(0, 64)
      return mqttHandler({ ...given, publisher: new Publisher({ ...given, password, clientId }) })
    }
    case 'email': {
      const password = given.password?.reveal() ?? null
      if (password !== null) log.redact(password, given.user ?? '')
      return emailHandler({ ...given, password })
    }
    case 'module': {
      const { path, config, timeoutMs, memoryMiB, takesPicture } = given
      const module = new UserModule({
        ...{ name, entry: userModuleEntry(), path, export: given.export, config, needs: ['handle'], memoryMiB },
        callLimitMs: timeoutMs,
        log: (line) => log.log.info({ from: 'alert handler' }, line)
      })
      return moduleHandler({ name, minSeverity, takesPicture, module })
    }
  }
}

/** Whoever knows the path of such an address can post to it: it is a secret, and its host is not. */
export function secretUrl(url: string, log: Log): string {
  const { pathname, search } = new URL(url)
  if (pathname.length > 1 || search !== '') log.redact(`${pathname}${search}`)
  return url
}
