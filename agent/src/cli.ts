#!/usr/bin/env node
/**
 * The command line: `vedette …`. Exit codes: 0 done or stopped in good order, 1 it failed, 2 it was called wrongly.
 * `restart agent` ends the process with 0: run it under a supervisor that always restarts (systemd: Restart=always).
 */
import { benchmarkCommand } from './cli/benchmark.ts'
import { configCommand } from './cli/config.ts'
import { doctorCommand } from './cli/doctor.ts'
import { enrollCommand } from './cli/enroll.ts'
import { healthCheckCommand } from './cli/health_check.ts'
import { help } from './cli/help.ts'
import { logsCommand } from './cli/logs.ts'
import { modelCommand } from './cli/model.ts'
import { monitorCommand } from './cli/monitor.ts'
import { probeCommand } from './cli/probe.ts'
import { startCommand } from './cli/start.ts'
import { UsageError } from './cli/usage_error.ts'
import { validateCommand } from './cli/validate.ts'
import { version } from './cli/version.ts'

const commands: Record<string, (args: string[]) => Promise<void>> = {
  start: startCommand,
  enroll: enrollCommand,
  'health-check': healthCheckCommand,
  logs: logsCommand,
  validate: validateCommand,
  config: configCommand,
  doctor: doctorCommand,
  probe: probeCommand,
  benchmark: benchmarkCommand,
  model: modelCommand,
  monitor: monitorCommand
}

const [name, ...args] = process.argv.slice(2)
try {
  if (name === '--version' || name === '-v') console.log(version)
  else if (name === undefined || name === '--help' || name === '-h' || name === 'help') console.log(help)
  else {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (!command) throw new UsageError(`expected one of ${Object.keys(commands).join(', ')}, received ${name}`)
    await command(args)
  }
} catch (error) {
  const isUsage = error instanceof UsageError || String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS')
  const { message } = error as Error
  // parseArgs explains how to pass a word that begins with a dash, which nobody wanted.
  console.error(`vedette: ${isUsage ? message.replace(/\. To specify a positional argument.*$/s, '') : message}`)
  if (isUsage) console.error(`Try: vedette ${Object.hasOwn(commands, name ?? '') ? `${name} ` : ''}--help`)
  process.exitCode = isUsage ? 2 : 1
}
