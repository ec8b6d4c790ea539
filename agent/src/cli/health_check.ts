/** `vedette health-check`: whether the agent on this machine is well, for scripts, containers and people. */
import { parseArgs } from 'node:util'
import { addressOf, askAgent } from '../ask_agent.ts'
import type { HealthPage } from '../http/routes/health.ts'
import { readSettings, SettingsError } from '../settings.ts'
import { settingsFlags } from './settings_flags.ts'
import { paint } from './terminal.ts'

const healthCheckHelp = `Usage: vedette health-check [--config FILE]… [--detailed] [--json]

Asks the agent that runs on this machine, where its settings say that it listens (127.0.0.1:8000 without any).

  --config FILE   the settings that the agent was started with, for its address and token
  --host, --port  another address
  --detailed      each camera, and with --json everything that helps to find a fault
  --json          what GET /health answers

Exit codes: 0 all is well; 1 degraded, but something works; 2 nothing works, no agent answers, or called wrongly.`

type Health = HealthPage & { exitCode: number }

export async function healthCheckCommand(args: string[]): Promise<void> {
  const flag = { type: 'boolean', default: false } as const
  const text = { type: 'string' } as const
  const { values } = parseArgs({
    args,
    options: {
      config: { type: 'string', multiple: true },
      host: text,
      port: text,
      detailed: flag,
      json: flag,
      help: { ...flag, short: 'h' }
    }
  })
  if (values.help) return console.log(healthCheckHelp)
  const { files, commandLine } = settingsFlags(values)
  const { settings, problems } = readSettings(files, commandLine)
  if (settings === null) throw new SettingsError(problems)
  const answer = await askAgent(settings.http, values.detailed ? '/health?detailed=1' : '/health').catch(
    (error: Error & { cause?: { code?: string } }) => error.cause?.code ?? error.message
  )
  if (typeof answer === 'string')
    return failed(values.json, `no agent answers at ${addressOf(settings.http)} (${answer})`)
  const page: unknown = await answer.json().catch(() => null)
  if (!isHealth(page))
    return failed(values.json, `${addressOf(settings.http)}/health answers with ${answer.status}, not as an agent does`)
  console.log(values.json ? JSON.stringify(page, null, 2) : healthText(page, values.detailed))
  process.exitCode = page.exitCode
}

function failed(asJson: boolean, message: string): void {
  if (asJson) console.log(JSON.stringify({ status: 'unreachable', reasons: [message], exitCode: 2 }, null, 2))
  else console.error(`vedette: ${message}`)
  process.exitCode = 2
}

function isHealth(page: unknown): page is Health {
  return typeof page === 'object' && page !== null && 'exitCode' in page && 'status' in page && 'cameras' in page
}

function healthText(
  { status, box, agentVersion, reasons, cameras, engine, exitCode }: Health,
  isDetailed: boolean
): string {
  const states = Object.entries(cameras)
  const live = states.filter(([, { state }]) => state === 'live').length
  const sign = paint(status, exitCode === 0 ? 'ok' : exitCode === 1 ? 'warning' : 'wrong')
  const head = `${box}: ${sign}, ${live} of ${states.length} cameras live, engine ${engine.state}, agent ${agentVersion}`
  const width = Math.max(0, ...states.map(([id]) => id.length))
  const rows = states.map(
    ([id, { state, fps, analysedFps, reason }]) =>
      `  ${id.padEnd(width)}  ${state.padEnd(11)}  ${fps.toFixed(1)} frames/s, ${analysedFps.toFixed(1)} analysed${reason === '' ? '' : `  ${reason}`}`
  )
  return [head, ...reasons.map((reason) => `  ${reason}`), ...(isDetailed ? rows : [])].join('\n')
}
