/** `deepstreamFlow` as a process: options as JSON in, result as JSON out. Drivers abort, and environments differ. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { deepstreamFlow, type FlowOptions, type FlowResult } from './deepstream_flow.ts'

export async function runFlow(options: FlowOptions, environment: Record<string, string> = {}): Promise<FlowResult> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [fileURLToPath(import.meta.url), JSON.stringify(options)],
    { env: { ...process.env, ...environment } }
  )
  // Plugins print as they please.
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as FlowResult
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const result = await deepstreamFlow(JSON.parse(process.argv[2] ?? '{}') as FlowOptions)
  console.log(JSON.stringify(result))
}
