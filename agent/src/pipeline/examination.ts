/**
 * What this machine's GStreamer, drivers and libraries can do, found out by processes that may die: a library of NVIDIA's
 * that aborts costs one line of the answer. Starts the engine program with `--examine`, and again behind a fatal item.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Capabilities } from '@vedette/native'
import { redact } from '../redaction.ts'
import { MARK } from './process/examine.ts'

export interface Trial {
  /** Null: it opens, or loads. Else why not, in the words of whoever refused. */
  error: string | null
  /** What a library says of itself. */
  version: string | null
}

export interface Examination {
  /** Null when not even GStreamer could be asked: see `error`. */
  capabilities: Capabilities | null
  error: string | null
  elements: Record<string, Trial>
  libraries: Record<string, Trial>
}

export interface ExaminationOptions {
  /** The engine program. */
  entry: string
  /** For tests: a module that takes the addon's place. */
  addon?: string
  env?: Record<string, string>
  /** Libraries to load. */
  libraries?: readonly string[]
  /** Elements to open beside the encoders and the best decoder of each codec. */
  elements?: readonly string[]
}

/** The first scan of all plugins on a slow card, or the first use of a GPU. */
const LIMIT_MS = 60_000

export async function examineMachine(options: ExaminationOptions, signal: AbortSignal): Promise<Examination> {
  const asked = await run(options, ['capabilities'], signal)
  const capabilities = asked.get('capabilities') as Capabilities | Trial
  const examination: Examination = { capabilities: null, error: null, elements: {}, libraries: {} }
  if ('family' in capabilities) examination.capabilities = capabilities
  else examination.error = capabilities.error
  const elements = examination.capabilities ? [...toOpen(examination.capabilities), ...(options.elements ?? [])] : []
  const libraries = options.libraries ?? []
  const items = [...libraries.map((path) => `library:${path}`), ...elements.map((name) => `element:${name}`)]
  const found = await run(options, items, signal)
  for (const name of elements) examination.elements[name] = found.get(`element:${name}`) as Trial
  for (const path of libraries) examination.libraries[path] = found.get(`library:${path}`) as Trial
  return examination
}

function toOpen({ encoders, decoders }: Capabilities): string[] {
  return [
    ...new Set([...Object.values(encoders).flat(), ...Object.values(decoders).flatMap((names) => names.slice(0, 1))])
  ]
}

/** One process for all items as long as none is fatal. */
async function run(
  options: ExaminationOptions,
  items: readonly string[],
  signal: AbortSignal
): Promise<Map<string, unknown>> {
  const found = new Map<string, unknown>()
  for (let rest = [...items]; rest.length > 0; rest = items.filter((item) => !found.has(item))) {
    const end = await runOnce(options, rest, { found, signal })
    const fatal = items.find((item) => !found.has(item))
    if (fatal !== undefined) found.set(fatal, { error: end, version: null } satisfies Trial)
  }
  return found
}

interface Finding {
  found: Map<string, unknown>
  signal: AbortSignal
}

/** How the process ended, in words. */
async function runOnce(options: ExaminationOptions, items: string[], { found, signal }: Finding): Promise<string> {
  const addon = options.addon === undefined ? [] : ['--addon', options.addon]
  const child = spawn(process.execPath, [options.entry, ...addon, '--examine', ...items], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...options.env }
  })
  let isTooLong = false
  let said = ''
  const limit = setTimeout(() => {
    isTooLong = true
    child.kill('SIGKILL')
  }, LIMIT_MS)
  const abort = () => void child.kill('SIGKILL')
  signal.addEventListener('abort', abort)
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.startsWith(MARK)) return
    const answer = JSON.parse(line.slice(MARK.length)) as { item: string; found: unknown }
    found.set(answer.item, answer.found)
    limit.refresh()
  })
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (/^\w*Error\b.*: /.test(line) || said === '') said = redact(line).slice(0, 300)
  })
  try {
    const [code, end] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
    signal.throwIfAborted()
    if (isTooLong) return `it did not answer for ${LIMIT_MS / 1000} s`
    const last = said === '' ? '' : `: ${said}`
    return end === null
      ? `the process that tried it ended with code ${code}${last}`
      : `it ended its process with ${end}${last}`
  } finally {
    clearTimeout(limit)
    signal.removeEventListener('abort', abort)
  }
}
