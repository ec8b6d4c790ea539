#!/usr/bin/env node
/**
 * The command line: `vedette …`. Exit codes: 0 done or stopped in good order, 1 it failed, 2 it was called wrongly.
 * `restart agent` ends the process with 0: run it under a supervisor that always restarts (systemd: Restart=always).
 */
import { help } from './cli/help.ts'
import { UsageError } from './cli/usage_error.ts'
import { version } from './cli/version.ts'

/** Each is read when it is asked for: help does not wait for the pipeline. */
const commands: Record<string, () => Promise<(args: string[]) => Promise<void>>> = {
  start: async () => (await import('./cli/start.ts')).startCommand,
  enroll: async () => (await import('./cli/enroll.ts')).enrollCommand,
  'health-check': async () => (await import('./cli/health_check.ts')).healthCheckCommand,
  logs: async () => (await import('./cli/logs.ts')).logsCommand,
  validate: async () => (await import('./cli/validate.ts')).validateCommand,
  config: async () => (await import('./cli/config.ts')).configCommand,
  doctor: async () => (await import('./cli/doctor.ts')).doctorCommand,
  probe: async () => (await import('./cli/probe.ts')).probeCommand,
  benchmark: async () => (await import('./cli/benchmark.ts')).benchmarkCommand,
  model: async () => (await import('./cli/model.ts')).modelCommand,
  monitor: async () => (await import('./cli/monitor.ts')).monitorCommand
}

const [name, ...args] = process.argv.slice(2)
try {
  if (name === '--version' || name === '-v') console.log(version)
  else if (name === undefined || name === '--help' || name === '-h' || name === 'help') console.log(help)
  else {
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined
    if (!command) throw new UsageError(`expected one of ${Object.keys(commands).join(', ')}, received ${name}`)
    await (await command())(args)
  }
} catch (error) {
  const isUsage = error instanceof UsageError || String((error as { code?: unknown }).code).startsWith('ERR_PARSE_ARGS')
  const { message } = error as Error
  // parseArgs explains how to pass a word that begins with a dash, which nobody wanted.
  console.error(`vedette: ${isUsage ? message.replace(/\. To specify a positional argument.*$/s, '') : message}`)
  if (isUsage) console.error(`Try: vedette ${Object.hasOwn(commands, name ?? '') ? `${name} ` : ''}--help`)
  process.exitCode = isUsage ? 2 : 1
}
