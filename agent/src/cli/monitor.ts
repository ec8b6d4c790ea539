/** `vedette monitor`: how a box is, looked at through its own HTTP interface. */
import { parseArgs } from 'node:util'
import { dashboard, type Look, plainLine, watchBox } from '../monitor.ts'
import { loadSettings } from '../settings.ts'
import { UsageError } from './usage_error.ts'

const monitorHelp = `Usage: vedette monitor [--dashboard] [--config FILE] [--url URL] [--interval S] [--json]

Watches a box that runs: a line a second, or a screen.

  --dashboard     a full screen with cameras, machine, queues, what is wrong and what happened; ? shows its keys
  --config FILE   the box's settings: where it listens, and its token
  --url URL       where it listens, http://127.0.0.1:8000 unless told
  --interval S    seconds between two looks, 1 unless told
  --json          a JSON object a look

A token that is not in the settings file comes from VEDETTE_HTTP_TOKEN. NO_COLOR takes the colours off.

Exit codes: 0 it was ended, 1 the box could not be asked when it ended, 2 called wrongly.`

export async function monitorCommand(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      dashboard: { type: 'boolean', default: false },
      config: { type: 'string' },
      url: { type: 'string' },
      interval: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false }
    }
  })
  if (values.help) return console.log(monitorHelp)
  const intervalMs = Number(values.interval) * 1000
  if (!(intervalMs >= 100 && intervalMs <= 3_600_000))
    throw new UsageError(`expected --interval to be 0.1 to 3600 seconds, received ${values.interval}`)
  if (values.dashboard && values.json) throw new UsageError('expected one of --dashboard and --json, received both')
  if (values.dashboard && !(process.stdout.isTTY && process.stdin.isTTY))
    throw new UsageError('expected a terminal for --dashboard, received a pipe or file; leave it out, or use --json')
  const where = whereOf(values)
  if (values.dashboard) return dashboard(where, intervalMs)
  const stopping = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  await print(watchBox(where, intervalMs, stopping.signal), values.json)
}

async function print(looks: AsyncIterable<Look>, isJson: boolean): Promise<void> {
  for await (const { view, trouble } of looks) {
    process.exitCode = trouble === null ? 0 : 1
    if (isJson) console.log(JSON.stringify(trouble === null ? view : { trouble }))
    else if (trouble !== null) console.error(trouble)
    else if (view !== null) console.log(plainLine(view))
  }
}

function whereOf({ config, url }: { config?: string | undefined; url?: string | undefined }) {
  const http = config === undefined ? null : loadSettings(config).http
  const token = http?.token?.reveal() ?? process.env.VEDETTE_HTTP_TOKEN ?? null
  const host = http === null || http.host === '0.0.0.0' || http.host === '::' ? '127.0.0.1' : http.host
  const given = url ?? `http://${host.includes(':') ? `[${host}]` : host}:${http?.port ?? 8000}${http?.prefix ?? ''}`
  if (!/^https?:\/\/[^/]/.test(given) || !URL.canParse(given))
    throw new UsageError(`expected --url to be like http://127.0.0.1:8000, received ${given}`)
  return { url: given.replace(/\/+$/, ''), metricsPath: http?.metricsPath ?? '/metrics', token }
}
