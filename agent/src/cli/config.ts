/** `vedette config`: what settings say, without running anything. */
import { parseArgs } from 'node:util'
import { effective, effectiveText, loadSettings, problemText, readSettings, SettingsError } from '../settings.ts'
import { settingsFlags, settingsOptions } from './settings_flags.ts'
import { UsageError } from './usage_error.ts'

const configHelp = `Usage: vedette config print --effective [--config FILE]… [--json]
       vedette config check FILE…

print --effective  every setting as the box would use it, and where it was said: a file and its line, a variable of
                   the environment, a flag, or default. Secrets are [redacted]. Takes the flags of vedette start.
check              whether settings files are right; vedette validate looks at what they speak of, too

  --json           {"KEY": {"value", "from"}}

Exit codes: 0 right, 1 wrong, 2 called wrongly.`

export async function configCommand(args: string[]): Promise<void> {
  const [verb, ...rest] = args
  if (verb === 'print') return print(rest)
  if (verb === 'check') return check(rest)
  if (verb === '--help' || verb === '-h') return console.log(configHelp)
  throw new UsageError(`expected print or check after vedette config, received ${verb ?? 'nothing'}`)
}

async function print(args: string[]): Promise<void> {
  const flag = { type: 'boolean', default: false } as const
  const { values } = parseArgs({ args, options: { ...settingsOptions, effective: flag, json: flag } })
  if (values.help) return console.log(configHelp)
  if (!values.effective) throw new UsageError('expected --effective after vedette config print')
  const { files, commandLine } = settingsFlags(values)
  const reading = readSettings(files, commandLine)
  if (reading.settings === null) throw new SettingsError(reading.problems)
  for (const warning of reading.warnings) console.error(`warning: ${problemText(warning)}`)
  const told = effective(reading)
  if (values.json)
    console.log(JSON.stringify(Object.fromEntries(told.map(({ key, value, from }) => [key, { value, from }])), null, 2))
  else console.log(effectiveText(told))
}

async function check(args: string[]): Promise<void> {
  const { values, positionals: files } = parseArgs({
    args,
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h', default: false } }
  })
  if (values.help) return console.log(configHelp)
  if (files.length === 0) throw new UsageError('expected: vedette config check FILE')
  const { box, console: told, cameras } = loadSettings(files)
  const where = told ? `console ${told.url}` : `no console, cameras: ${Object.keys(cameras).join(', ') || 'none'}`
  console.log(`${files.join(', ')}: right, box ${box.id}, ${where}`)
}
