/** `vedette validate`: whether a box would run as its settings say, here. */
import { parseArgs } from 'node:util'
import { validate } from '../validate.ts'
import { settingsFlags, settingsOptions } from './settings_flags.ts'
import { paint } from './terminal.ts'
import { UsageError } from './usage_error.ts'

const LIMIT_MS = 300_000

const validateHelp = `Usage: vedette validate --config FILE… [--json]

Reads settings and looks at what they speak of on this machine: films and devices, model packages, certificates, the
data folder, processors, GStreamer's elements. Tells everything that is wrong at once, each with its file and line.
Takes the flags of vedette start; runs nothing.

  --json   {"state", "remarks": [{"where", "state": "warning"|"wrong", "message"}]}

Exit codes: 0 nothing is wrong (warnings do not count), 1 something is, 2 called wrongly.`

export async function validateCommand(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { ...settingsOptions, json: { type: 'boolean', default: false } }
  })
  if (values.help) return console.log(validateHelp)
  const { files, commandLine } = settingsFlags(values)
  if (files.length === 0 && commandLine.source.length === 0 && commandLine.sources === undefined)
    throw new UsageError('expected --config FILE after vedette validate')
  const { state, remarks, settings } = await validate(files, { commandLine, signal: AbortSignal.timeout(LIMIT_MS) })
  if (values.json) console.log(JSON.stringify({ state, remarks }, null, 2))
  else {
    for (const { where, state, message } of remarks)
      console.log(`${paint(state === 'wrong' ? 'WRONG  ' : 'warning', state)}  ${where}: ${message}`)
    const count = remarks.filter((remark) => remark.state === 'wrong').length
    const cameras = Object.keys(settings?.cameras ?? {}).length
    if (count > 0) console.log(`${count} wrong; the box would not run like this.`)
    else
      console.log(
        `Right: box ${settings?.box.id}, ${settings?.console ? `console ${settings.console.url}` : `${cameras} cameras`}.`
      )
  }
  if (state === 'wrong') process.exitCode = 1
}
