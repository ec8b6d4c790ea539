/** `vedette probe`: what a camera says, sends and shows, and what to do where it is wrong. */
import { parseArgs } from 'node:util'
import { summary, table } from '../finding_table.ts'
import { type ProbeTarget, parseTarget, runProbe } from '../probe.ts'
import { readPassword } from './password.ts'
import { UsageError } from './usage_error.ts'

const VARIABLE = 'VEDETTE_PROBE_PASSWORD'

export const probeHelp = `Usage: vedette probe ADDRESS [--user NAME] [--seconds N] [--json]

Asks a camera step by step (DNS, TCP, OPTIONS, DESCRIBE, password, codec, transports), measures what it
sends (frame rate, keyframe interval, loss, clock) and plays it through the pipeline.

  ADDRESS            rtsp:// or rtsps:// of a camera, http:// or https:// of a film, or a file
  --user NAME        the password is asked for, or taken from ${VARIABLE}
  --password-stdin   takes the password from standard input
  --seconds N        how long to measure, 1 to 300; 10 unless told
  --json             {"url", "state", "findings": [{"check", "state", "found", "remedy"}], "rtsp", "picture"}

A password in the address works too, and is not shown; but the shell's history keeps it.

Exit codes: 0 nothing is wrong (warnings do not count), 1 something is, 2 called wrongly.`

export async function probeCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      user: { type: 'string' },
      'password-stdin': { type: 'boolean', default: false },
      seconds: { type: 'string', default: '10' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false }
    }
  })
  if (values.help) return console.log(probeHelp)
  const [address, ...more] = positionals
  if (address === undefined || more.length > 0) throw new UsageError('expected one address after vedette probe')
  const seconds = Number(values.seconds)
  if (!(seconds >= 1 && seconds <= 300))
    throw new UsageError(`expected 1 … 300 after --seconds, received ${values.seconds}`)
  const target = await withPassword(targetOf(address), { user: values.user, stdin: values['password-stdin'] })
  const stopping = new AbortController()
  process.once('SIGINT', () => stopping.abort())
  process.once('SIGTERM', () => stopping.abort())
  const report = await runProbe(target, { seconds }, stopping.signal)
  const isWrong = report.findings.some(({ state }) => state === 'wrong')
  const isDoubtful = report.findings.some(({ state }) => state === 'warning')
  const state = isWrong ? 'wrong' : isDoubtful ? 'warning' : 'ok'
  if (values.json) console.log(JSON.stringify({ state, ...report }, null, 2))
  else if (report.findings.length === 0) console.log(summary(report.findings))
  else console.log(table([{ title: report.url, findings: report.findings }]))
  if (isWrong || stopping.signal.aborted) process.exitCode = 1
}

function targetOf(address: string): ProbeTarget {
  try {
    return parseTarget(address, process.cwd())
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

async function withPassword(
  target: ProbeTarget,
  given: { user: string | undefined; stdin: boolean }
): Promise<ProbeTarget> {
  const user = given.user ?? target.user
  if (user === undefined) return target
  const isKnown = target.password !== undefined && given.user === undefined
  const password = isKnown ? target.password : await readPassword(user, { stdin: given.stdin, variable: VARIABLE })
  return { ...target, user, password }
}
