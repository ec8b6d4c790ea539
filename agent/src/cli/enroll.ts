/** `vedette enroll`: makes this machine a box of a console. */
import { parseArgs } from 'node:util'
import { enroll } from '../enroll.ts'
import { table } from '../finding_table.ts'
import { readPassword } from './password.ts'
import { paint } from './terminal.ts'
import { UsageError } from './usage_error.ts'

const VARIABLE = 'VEDETTE_ENROLL_SECRET'

const enrollHelp = `Usage: vedette enroll URL --box ID [--config FILE] [--mqtt ADDRESS] [--ca FILE] [--json]

Add the box on the console first (Boxes, Add a box): it shows the box's id and secret once. This tries the connection
with them and, when the console takes the box, writes its settings and beside them the secret, readable by you only.

  URL               of the console, such as https://console.example
  --box ID          as the console shows it; the secret is asked for, or taken from ${VARIABLE}
  --secret-stdin    takes the secret from standard input
  --config FILE     the settings to write; ./box.yaml unless told
  --name NAME       for people; the host's name unless told
  --mqtt ADDRESS    of the broker; mqtts:// (https) or mqtt:// on the console's host unless told
  --ca FILE         authority of the console's certificate (PEM), where this system does not trust it
  --data-dir DIR    where the box keeps its data
  --replace         writes over settings that are there
  --json            {"findings": [{"check", "state", "found", "remedy"}], "written": [FILE]}

Exit codes: 0 enrolled, 1 the console does not take the box or a file cannot be written, 2 called wrongly.`

export async function enrollCommand(args: string[]): Promise<void> {
  const text = { type: 'string' } as const
  const flag = { type: 'boolean', default: false } as const
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      box: text,
      config: { ...text, default: 'box.yaml' },
      name: text,
      mqtt: text,
      ca: text,
      'data-dir': text,
      'secret-stdin': flag,
      replace: flag,
      json: flag,
      help: { ...flag, short: 'h' }
    }
  })
  if (values.help) return console.log(enrollHelp)
  const [url, ...more] = positionals
  const { box } = values
  if (url === undefined || more.length > 0 || box === undefined)
    throw new UsageError('expected: vedette enroll URL --box ID')
  const secret = await readPassword(`box ${box}`, {
    ...{ stdin: values['secret-stdin'], variable: VARIABLE, what: 'secret', flag: '--secret-stdin' }
  })
  const { findings, written } = await enroll({
    ...{ url, box, secret, file: values.config, replaces: values.replace },
    ...{ name: values.name ?? null, mqtt: values.mqtt ?? null, ca: values.ca ?? null },
    dataDir: values['data-dir'] ?? null
  })
  if (values.json) console.log(JSON.stringify({ findings, written }, null, 2))
  else {
    console.log(table([{ title: 'Console', findings }], paint))
    console.log(
      written.length === 0
        ? 'Nothing was written.'
        : `Written: ${written.join(', ')}. Start the box with: vedette start --config ${values.config}`
    )
  }
  if (written.length === 0) process.exitCode = 1
}
