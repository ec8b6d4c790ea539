/** `vedette probe`: what a camera says, sends and shows, and what to do where it is wrong. */
import { parseArgs } from 'node:util'
import { configuredCamera, runCameraProbe } from '../camera_probe.ts'
import type { Finding } from '../finding.ts'
import { type Section, table } from '../finding_table.ts'
import { inputOf, type ProbeTarget, parseTarget, runProbe } from '../probe.ts'
import { loadSettings } from '../settings.ts'
import { readPassword } from './password.ts'
import { paint } from './terminal.ts'
import { UsageError } from './usage_error.ts'

const VARIABLE = 'VEDETTE_PROBE_PASSWORD'

const probeHelp = `Usage: vedette probe ADDRESS [--user NAME] [--seconds N] [--json]
       vedette probe CAMERA --config FILE [--seconds N] [--json]

Asks a camera step by step (DNS, TCP, OPTIONS, DESCRIBE, password, codec, transports), measures what it
sends (frame rate, keyframe interval, loss, clock) and plays it through the pipeline.

  ADDRESS            rtsp:// or rtsps:// of a camera, http:// or https:// of a film, or a file
  --user NAME        the password is asked for, or taken from ${VARIABLE}
  --password-stdin   takes the password from standard input

  CAMERA             id of a camera of this box: its stream, and the smaller one for detection (detectUrl)
                     where it has one, with the password that the box has
  --config FILE      the box's settings; run it as the user that runs the agent

  --seconds N        how long to measure each stream, 1 to 300; 10 unless told
  --json             {"url", "state", "findings": [{"check", "state", "found", "remedy"}], "rtsp", "picture"};
                     of a CAMERA {"camera", "state", "streams": [{"stream": "main"|"detection", "url", …}], "findings"}

A password in the address works too, and is not shown; but the shell's history keeps it.

Exit codes: 0 nothing is wrong (warnings do not count), 1 something is, 2 called wrongly.`

export async function probeCommand(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      user: { type: 'string' },
      'password-stdin': { type: 'boolean', default: false },
      config: { type: 'string' },
      seconds: { type: 'string', default: '10' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false }
    }
  })
  if (values.help) return console.log(probeHelp)
  const { config, user, 'password-stdin': stdin } = values
  const [what, ...more] = positionals
  if (what === undefined || more.length > 0)
    throw new UsageError(
      config === undefined
        ? 'expected one address after vedette probe'
        : 'expected the id of one camera after vedette probe'
    )
  const seconds = Number(values.seconds)
  if (!(seconds >= 1 && seconds <= 300))
    throw new UsageError(`expected 1 … 300 after --seconds, received ${values.seconds}`)
  if (config !== undefined && (user !== undefined || stdin))
    throw new UsageError('expected --config or a user, received both: a camera of the settings has its own password')
  const stopping = new AbortController()
  process.once('SIGINT', () => stopping.abort())
  process.once('SIGTERM', () => stopping.abort())
  const { report, sections } =
    config === undefined
      ? await probeAddress(await withPassword(targetOf(what), { user, stdin }), seconds, stopping.signal)
      : await probeCamera({ config, id: what }, seconds, stopping.signal)
  const findings = sections.flatMap((section) => section.findings)
  const state = stateOf(findings)
  if (values.json) console.log(JSON.stringify({ state, ...report }, null, 2))
  else console.log(table(sections, paint))
  if (state === 'wrong' || stopping.signal.aborted) process.exitCode = 1
}

interface Probed {
  report: object
  sections: Section[]
}

async function probeAddress(target: ProbeTarget, seconds: number, signal: AbortSignal): Promise<Probed> {
  const report = await runProbe(inputOf(target), { seconds }, signal)
  return { report, sections: [{ title: report.url, findings: report.findings }] }
}

async function probeCamera(
  { config, id }: { config: string; id: string },
  seconds: number,
  signal: AbortSignal
): Promise<Probed> {
  const settings = loadSettings(config)
  const camera = await configuredCamera(settings, id)
  const report = await runCameraProbe({ settings, id, camera }, { seconds }, signal)
  const isPair = report.streams.length > 1
  const title = ({ stream, url }: { stream: string; url: string }) =>
    isPair ? `${camera.name}, ${stream === 'main' ? 'main stream' : 'for detection'}: ${url}` : `${camera.name}: ${url}`
  const sections = report.streams.map((stream) => ({ title: title(stream), findings: stream.findings }))
  return { report, sections: [...sections, { title: 'Both streams', findings: report.findings }] }
}

function stateOf(findings: Finding[]): Finding['state'] {
  const states = new Set(findings.map(({ state }) => state))
  return states.has('wrong') ? 'wrong' : states.has('warning') ? 'warning' : 'ok'
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
