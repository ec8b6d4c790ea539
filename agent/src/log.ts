/** The agent's log: pino, with redaction at the sink, so that no call site can forget it. */
import { pino } from 'pino'

export type Logger = pino.Logger

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface LogLine {
  at: string
  level: LogLevel
  message: string
}

export interface Log {
  log: Logger
  /** From now on this text is never written. */
  redact(secret: string): void
  /** Any text without what is never written. */
  clean(text: string): string
  /** Level for an hour, say: returns to the settings' own when given null. */
  setLevel(level: LogLevel | null): void
  /** Told of every line, already redacted. Returns a function that ends it. */
  listen(listener: (line: LogLine) => void): () => void
}

export function createLog(options: { level: LogLevel; write?: (line: string) => void }): Log {
  const write = options.write ?? ((line) => void process.stdout.write(line))
  const secrets = new Set<string>()
  const listeners = new Set<(line: LogLine) => void>()
  const sink = {
    write(raw: string) {
      const line = redacted(raw, secrets)
      write(line)
      if (listeners.size === 0) return
      const told = logLine(line)
      for (const listener of listeners) listener(told)
    }
  }
  const log = pino({ level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, sink)
  return {
    log,
    redact(secret) {
      // Shorter ones would black out ordinary words.
      if (secret.length >= 4) secrets.add(JSON.stringify(secret).slice(1, -1)).add(encodeURIComponent(secret))
    },
    clean: (text) => redacted(text, secrets),
    setLevel(level) {
      log.level = level ?? options.level
    },
    listen(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    }
  }
}

/** Known secrets, and the user and password of any URL. */
function redacted(line: string, secrets: ReadonlySet<string>): string {
  let text = line.replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/"@]+@/gi, '$1[redacted]@')
  for (const secret of secrets) text = text.replaceAll(secret, '[redacted]')
  return text
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
