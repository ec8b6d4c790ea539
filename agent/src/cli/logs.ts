/** `vedette logs`: the agent's log, line by line for a person. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { parseArgs } from 'node:util'
import type { LogLevel } from '../log.ts'
import { paint } from './terminal.ts'
import { UsageError } from './usage_error.ts'

export const logsHelp = `Usage: vedette logs [--file FILE | -] [--lines N] [--follow] [--level LEVEL] [--json]

Shows the log of the agent: of the systemd unit vedette, or of a file.

  --file FILE     a file that the agent's output was written to; - reads standard input
  --unit NAME     another systemd unit
  --lines N       the last N lines, 1 to 1000000; 100 unless told
  --follow, -f    goes on with what comes, also when the file is rotated, until Ctrl-C
  --level LEVEL   debug, info, warn or error: lines of this level and graver
  --json          lines as they are, an object each

Exit codes: 0 shown, 1 the log cannot be read, 2 called wrongly.`

const LEVELS: Record<LogLevel, number> = { debug: 20, info: 30, warn: 40, error: 50 }

export async function logsCommand(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      file: { type: 'string' },
      unit: { type: 'string', default: 'vedette' },
      lines: { type: 'string', default: '100' },
      follow: { type: 'boolean', short: 'f', default: false },
      level: { type: 'string', default: 'debug' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false }
    }
  })
  if (values.help) return console.log(logsHelp)
  const lines = Number(values.lines)
  if (!Number.isInteger(lines) || lines < 1 || lines > 1_000_000)
    throw new UsageError(`expected 1 … 1000000 after --lines, received ${values.lines}`)
  const level = Object.hasOwn(LEVELS, values.level) ? LEVELS[values.level as LogLevel] : undefined
  if (level === undefined)
    throw new UsageError(`expected debug, info, warn or error after --level, received ${values.level}`)
  const show = (line: string) => {
    const shown = values.json ? asItIs(line, level) : logText(line, level)
    if (shown !== null) console.log(shown)
  }
  if (values.file === '-') return each(process.stdin, show)
  const many = ['-n', String(lines)]
  const [command, ...rest] =
    values.file === undefined
      ? ['journalctl', '--unit', values.unit, '--output', 'cat', ...many, ...(values.follow ? ['--follow'] : [])]
      : ['tail', ...many, ...(values.follow ? ['-F'] : []), '--', values.file]
  await follow(command!, rest, show)
}

async function follow(command: string, args: string[], show: (line: string) => void): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  process.once('SIGINT', () => child.kill())
  process.once('SIGTERM', () => child.kill())
  // The reader went away, as head does.
  process.stdout.once('error', () => child.kill())
  await Promise.all([
    each(child.stdout, show),
    ended.then(
      ([code]) => {
        if (code !== 0 && code !== null) throw new Error(`${command} ended with ${code}: the log cannot be read`)
      },
      (error: NodeJS.ErrnoException) => {
        throw new Error(`${command} cannot be started (${error.code}): give the log by --file`)
      }
    )
  ])
}

async function each(input: Readable, show: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input })) show(line)
}

function asItIs(line: string, level: number): string | null {
  return levelOf(read(line)) < level ? null : line
}

/** A line that is none of ours is shown as it is. */
export function logText(line: string, level: number): string | null {
  const entry = read(line)
  if (levelOf(entry) < level) return null
  if (entry === null) return line
  const { time, level: grade, msg, ...rest } = entry
  const word = Object.entries(LEVELS).findLast(([, least]) => Number(grade) >= least)?.[0] ?? 'debug'
  const sign = word === 'error' ? paint('error', 'wrong') : word === 'warn' ? paint('warn ', 'warning') : word.padEnd(5)
  const details = Object.keys(rest).length === 0 ? '' : `  ${JSON.stringify(rest)}`
  return `${time}  ${sign}  ${msg ?? ''}${details}`
}

function read(line: string): Record<string, unknown> | null {
  try {
    const entry: unknown = JSON.parse(line)
    return typeof entry === 'object' && entry !== null && 'time' in entry && 'level' in entry ? { ...entry } : null
  } catch {
    return null
  }
}

function levelOf(entry: Record<string, unknown> | null): number {
  return entry === null ? Number.POSITIVE_INFINITY : Number(entry.level)
}
