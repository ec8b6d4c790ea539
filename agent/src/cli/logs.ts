/** `vedette logs`: the agent's log, line by line for a person. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type FileHandle, open } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { parseArgs } from 'node:util'
import type { LogLevel } from '../log.ts'
import { followLog, lastLines } from '../log_reading.ts'
import { loadSettings } from '../settings.ts'
import { sinceMs } from './since.ts'
import { paint } from './terminal.ts'
import { UsageError } from './usage_error.ts'

const logsHelp = `Usage: vedette logs [--file FILE | - | --config FILE] [--since WHEN] [--lines N] [--follow] [--level LEVEL]
                    [--json]

Shows the log of the agent: of the systemd unit vedette, or of a file and what it was before it was rotated (FILE.1,
FILE.2.gz …).

  --file FILE     a file that the agent's output was written to; - reads standard input
  --config FILE   the settings of the box: the file that log.file names
  --unit NAME     another systemd unit
  --since WHEN    from then on: 30min, 2h, 1d, or a time such as 2026-11-22T03:00:00Z
  --lines N       the last N lines, 1 to 1000000; 100 unless told, all with --since
  --follow, -f    goes on with what comes, also when the file is rotated, until Ctrl-C
  --level LEVEL   debug, info, warn or error: lines of this level and graver
  --json          lines as they are, an object each

Exit codes: 0 shown, 1 the log cannot be read, 2 called wrongly.`

const LEVELS: Record<LogLevel, number> = { debug: 20, info: 30, warn: 40, error: 50 }
const MOST_LINES = 1_000_000
const FOLLOW_MS = 250

interface Asked {
  lines: number
  follow: boolean
  since: number | null
  level: number
  isJson: boolean
}

export async function logsCommand(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      file: { type: 'string' },
      config: { type: 'string' },
      unit: { type: 'string', default: 'vedette' },
      since: { type: 'string' },
      lines: { type: 'string' },
      follow: { type: 'boolean', short: 'f', default: false },
      level: { type: 'string', default: 'debug' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false }
    }
  })
  if (values.help) return console.log(logsHelp)
  const since = values.since === undefined ? null : sinceMs(values.since, Date.now())
  const lines = Number(values.lines ?? (since === null ? 100 : MOST_LINES))
  if (!Number.isInteger(lines) || lines < 1 || lines > MOST_LINES)
    throw new UsageError(`expected 1 … ${MOST_LINES} after --lines, received ${values.lines}`)
  const level = Object.hasOwn(LEVELS, values.level) ? LEVELS[values.level as LogLevel] : undefined
  if (level === undefined)
    throw new UsageError(`expected debug, info, warn or error after --level, received ${values.level}`)
  const asked = { lines, follow: values.follow, since, level, isJson: values.json }
  const file = fileOf(values)
  if (file === '-') await each(process.stdin, lineFilter(asked), asked)
  else if (file !== null) await showFile(file, asked)
  else await showUnit(values.unit, asked)
}

function fileOf({ file, config }: { file?: string | undefined; config?: string | undefined }): string | null {
  if (file !== undefined && config !== undefined)
    throw new UsageError('expected one of --file and --config, received both')
  if (config === undefined) return file ?? null
  const named = loadSettings(config).log.file
  if (named === null)
    throw new UsageError(
      `expected log.file in ${config}, which names none: its log is with the service (leave --config out) or wherever its output goes`
    )
  return named
}

async function showFile(file: string, asked: Asked): Promise<void> {
  const stopping = new AbortController()
  const stop = () => stopping.abort()
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  // The reader went away, as head does.
  process.stdout.once('error', stop)
  const current: FileHandle = await open(file).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${file} cannot be read (${error.code}): is it the log.file of the settings?`)
  })
  // What is written while it is read comes with what follows.
  const { size: readBytes } = await current.stat()
  const isWanted = lineFilter(asked)
  const isTooEarly = (line: string) => asked.since !== null && (timeOf(line) ?? asked.since) < asked.since
  for (const line of await lastLines(file, current, { most: asked.lines, isWanted, isTooEarly, readBytes })) {
    if (stopping.signal.aborted) break
    print(line, asked)
  }
  if (!asked.follow) return current.close()
  for await (const line of followLog({ file, current, readBytes, everyMs: FOLLOW_MS, signal: stopping.signal }))
    if (isWanted(line)) print(line, asked)
}

async function showUnit(unit: string, asked: Asked): Promise<void> {
  const from = asked.since === null ? [] : ['--since', `@${Math.floor(asked.since / 1000)}`]
  const options = ['--unit', unit, '--output', 'cat', '-n', String(asked.lines), ...from]
  await follow('journalctl', [...options, ...(asked.follow ? ['--follow'] : [])], asked)
}

/** A line that tells no time is of the time of the one before it. */
function lineFilter({ level, since }: Asked): (line: string) => boolean {
  let isLate = since === null
  return (line) => {
    const time = timeOf(line)
    if (time !== null && since !== null) isLate = time >= since
    return isLate && levelOf(read(line)) >= level
  }
}

function timeOf(line: string): number | null {
  const ms = Date.parse(String(read(line)?.time))
  return Number.isNaN(ms) ? null : ms
}

function print(line: string, { isJson }: Asked): void {
  console.log(isJson ? line : logText(line))
}

async function follow(command: string, args: string[], asked: Asked): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'close')
  process.once('SIGINT', () => child.kill())
  process.once('SIGTERM', () => child.kill())
  // The reader went away, as head does.
  process.stdout.once('error', () => child.kill())
  await Promise.all([
    // The journal knows the time of each line by itself.
    each(child.stdout, lineFilter({ ...asked, since: null }), asked),
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

async function each(input: Readable, isWanted: (line: string) => boolean, asked: Asked): Promise<void> {
  for await (const line of createInterface({ input })) if (isWanted(line)) print(line, asked)
}

/** A line that is none of ours is shown as it is. */
function logText(line: string): string {
  const entry = read(line)
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
