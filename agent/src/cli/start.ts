/** `vedette start --config FILE`: the process around the agent. */
import { parseArgs } from 'node:util'
import { createLog } from '../log.ts'
import { startAgent } from '../main.ts'
import { loadSettings } from '../settings.ts'
import { UsageError } from './usage_error.ts'

/** Whatever hangs, the process is gone by then. */
const STOP_LIMIT_MS = 5000

export async function startCommand(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { config: { type: 'string' } } })
  if (values.config === undefined) throw new UsageError('expected --config FILE after vedette start')
  const settings = loadSettings(values.config)
  const log = createLog({ level: settings.logLevel })
  let isStopping = false

  // Signals first: one that comes while the agent starts must stop it too.
  process.on('SIGTERM', () => stop('SIGTERM'))
  process.on('SIGINT', () => stop('SIGINT'))
  const starting = startAgent(settings, { log, restart: () => stop('a command') })
  await starting.catch((error: Error) => {
    // Some of it may run already; a supervisor starts it again as a whole.
    console.error(`vedette: ${error.message}`)
    process.exit(1)
  })

  function stop(cause: string): void {
    if (isStopping) return
    isStopping = true
    log.log.info(`stopping because of ${cause}`)
    setTimeout(() => {
      log.log.error(`expected to have stopped within ${STOP_LIMIT_MS} ms; ending anyway`)
      process.exit(1)
    }, STOP_LIMIT_MS).unref()
    starting
      .then((agent) => agent.stop())
      .then(
        () => process.exit(0),
        (error: Error) => {
          log.log.error(error.message)
          process.exit(1)
        }
      )
  }
}
