/** `vedette start`: the process around the agent. */
import { parseArgs } from 'node:util'
import { createLog } from '../log.ts'
import { startAgent } from '../main.ts'
import { serviceManager } from '../service_manager.ts'
import { effective, problemText, readSettings, SettingsError } from '../settings.ts'
import { logFile } from './log_file.ts'
import { settingsFlags, settingsOptions } from './settings_flags.ts'
import { UsageError } from './usage_error.ts'

const startHelp = `Usage: vedette start [--config FILE]… [--source ADDRESS]… [--sources FILE] [--verbose]

Runs the box until SIGTERM or SIGINT.

  --config FILE     settings, YAML or JSON; of several, later ones win (configs/box.yaml shows every key)
  --source ADDRESS  a camera in place of those of the settings: rtsp://, http://, file:// or the path of a film,
                    /dev/video0, or test for moving shapes; may be given again
  --sources FILE    cameras in place of those of the settings, as configs/multi-source.yaml has them
  --host ADDRESS    where its page and API listen (http.host)
  --port PORT       (http.port); 0 takes any
  --set KEY=VALUE   any setting, such as --set pipeline.maxSources=8; may be given again
  --verbose         logs at level debug

The environment is read too: VEDETTE_HTTP_PORT is http.port (configs/README.md lists all). The command line wins
over the environment, that over files. vedette config print --effective shows what comes of it.

Exit codes: 0 stopped in good order, 1 failed, 2 called wrongly.`

/** Whatever hangs, the process is gone by then. */
const STOP_LIMIT_MS = 5000

export async function startCommand(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: settingsOptions })
  if (values.help) return console.log(startHelp)
  const { files, commandLine } = settingsFlags(values)
  if (files.length === 0 && commandLine.source.length === 0 && commandLine.sources === undefined)
    throw new UsageError('expected --config FILE, --source ADDRESS or --sources FILE after vedette start')
  const reading = readSettings(files, commandLine)
  const { settings, problems, warnings } = reading
  if (settings === null) throw new SettingsError(problems)
  let fileTrouble = ''
  const file = logFile(settings.log, (reason) => {
    fileTrouble = reason ?? ''
    log.log.warn(reason ?? 'the log file is written again')
  })
  const log = createLog({
    level: settings.logLevel,
    write(line) {
      process.stdout.write(line)
      file?.write(line)
    }
  })
  const manager = serviceManager(process.env, (message) => log.log.warn(message))
  for (const warning of warnings) log.log.warn(problemText(warning))
  for (const { key, value, from } of effective(reading)) log.log.debug({ setting: key, value, from }, 'setting')
  let isStopping = false

  // Signals first: one that comes while the agent starts must stop it too.
  process.on('SIGTERM', () => stop('SIGTERM'))
  process.on('SIGINT', () => stop('SIGINT'))
  process.on('SIGHUP', () => manager.reload(() => file?.reopen()))
  const starting = startAgent(settings, { log, restart: () => stop('a command'), troubles: () => [fileTrouble] })
  const agent = await starting.catch((error: Error) => {
    // Some of it may run already; a supervisor starts it again as a whole.
    console.error(`vedette: ${error.message}`)
    log.log.fatal(error.message)
    process.exit(1)
  })
  if (!isStopping) manager.ready(agent.service)

  function stop(cause: string): void {
    if (isStopping) return
    isStopping = true
    log.log.info(`stopping because of ${cause}`)
    manager.stopping(cause)
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
