/** The console's log: one JSON object a line on standard output, as container and journal collectors like it. */
import pino from 'pino'

const logger = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime })

export function log(level: 'info' | 'warn' | 'error', message: string): void {
  logger[level](message)
}
