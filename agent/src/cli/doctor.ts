/** `vedette doctor`: what is wrong with this machine, and what to do about it. */
import { parseArgs } from 'node:util'
import { runDoctor } from '../doctor.ts'
import { table } from '../finding_table.ts'
import { loadSettings } from '../settings.ts'
import { paint } from './terminal.ts'
import { UsageError } from './usage_error.ts'
import { version } from './version.ts'

const doctorHelp = `Usage: vedette doctor [--config FILE] [--production] [--json]

Checks this machine, a line each: what was found, and what to do where it is wrong.

  --config FILE   the box's settings: checks its data folder, models and console too
  --production    adds the list for a box that is to be left alone
  --json          {"agentVersion", "state", "sections": [{"title", "findings":
                  [{"check", "state": "ok"|"warning"|"wrong", "found", "remedy"}]}]}

Exit codes: 0 nothing is wrong (warnings do not count), 1 something is, 2 called wrongly.`

export async function doctorCommand(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      config: { type: 'string' },
      production: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false }
    }
  })
  if (values.help) return console.log(doctorHelp)
  if (values.config === '') throw new UsageError('expected --config FILE, received nothing after it')
  const sections = await runDoctor({
    settings: values.config === undefined ? null : loadSettings(values.config),
    settingsFile: values.config ?? null,
    production: values.production,
    signal: AbortSignal.timeout(300_000)
  })
  const findings = sections.flatMap((section) => section.findings)
  const isWrong = findings.some(({ state }) => state === 'wrong')
  if (values.json) {
    const isDoubtful = findings.some(({ state }) => state === 'warning')
    const state = isWrong ? 'wrong' : isDoubtful ? 'warning' : 'ok'
    console.log(JSON.stringify({ agentVersion: version, state, sections }, null, 2))
  } else {
    console.log(table(sections, paint))
  }
  if (isWrong) process.exitCode = 1
}
