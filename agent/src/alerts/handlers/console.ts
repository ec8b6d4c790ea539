/** The process log. */
import { heldWords } from '@vedette/protocol'
import type { AlertHandler } from '../alert_handler.ts'

export interface ConsoleOptions extends Pick<AlertHandler, 'name' | 'minSeverity'> {
  write(level: 'info' | 'warn' | 'error', message: string, about: object): void
}

const levels = { debug: 'info', info: 'info', warning: 'warn', error: 'error' } as const

export function consoleHandler({ name, minSeverity, write }: ConsoleOptions): AlertHandler {
  return {
    ...{ name, minSeverity, takesPicture: false },
    async handle({ id, severity, isOver, message, camera, rule, label, groupedCount, heldBack }) {
      const more = groupedCount > 0 ? ` (and ${groupedCount} more)` : ''
      const held = heldWords(heldBack)
      const about = { alert: id, camera: camera?.id ?? null, rule: rule.id, label, ...(held !== '' && { held }) }
      write(isOver ? 'info' : levels[severity], `alert: ${message}${more}`, about)
    }
  }
}
