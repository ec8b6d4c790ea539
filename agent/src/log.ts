/** The agent's log: pino, with redaction at the sink, so that no call site can forget it. */
import { pino } from 'pino'
import { Redaction } from './redaction.ts'

export type Logger = pino.Logger

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface LogLine {
  at: string
  level: LogLevel
  message: string
}

export interface Log {
  log: Logger
  /** From now on this text is never written; `user` is the one it belongs to. */
  redact(secret: string, user?: string): void
  /** Any text without what is never written. */
  clean(text: string): string
  /** Level for an hour, say: returns to the settings' own when given null. */
  setLevel(level: LogLevel | null): void
  /** Told of every line, already redacted. Returns a function that ends it. */
  listen(listener: (line: LogLine) => void): () => void
}

export function createLog(options: { level: LogLevel; write?: (line: string) => void }): Log {
  const write = options.write ?? ((line) => void process.stdout.write(line))
  const redaction = new Redaction()
  const listeners = new Set<(line: LogLine) => void>()
  const sink = {
    write(raw: string) {
      const line = `${JSON.stringify(cleaned(JSON.parse(raw), redaction))}\n`
      write(line)
      if (listeners.size === 0) return
      const told = logLine(line)
      for (const listener of listeners) listener(told)
    }
  }
  const log = pino({ level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, sink)
  return {
    log,
    redact: (secret, user) => redaction.add({ secret, ...(user !== undefined && { user }) }),
    clean: (text) => redaction.clean(text),
    setLevel(level) {
      log.level = level ?? options.level
    },
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    }
  }
}

/** Values only, so that no secret can break a line's form; when it was and how grave is ours. */
function cleaned(value: unknown, redaction: Redaction): unknown {
  if (typeof value === 'string') return redaction.clean(value)
  if (Array.isArray(value)) return value.map((each) => cleaned(each, redaction))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  return Object.fromEntries(entries.map(([key, each]) => [key, key === 'time' ? each : cleaned(each, redaction)]))
}

function logLine(line: string): LogLine {
  const { time, level, msg, ...rest } = JSON.parse(line) as Record<string, unknown>
  const details = Object.keys(rest).length > 0 ? ` ${JSON.stringify(rest)}` : ''
  return { at: String(time), level: levelName(Number(level)), message: `${msg ?? ''}${details}`.slice(0, 2000) }
}

function levelName(level: number): LogLevel {
  if (level <= 20) return 'debug'
  if (level <= 30) return 'info'
  return level <= 40 ? 'warn' : 'error'
}
