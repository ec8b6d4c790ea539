/**
 * The process in which a user's module runs: loads it, calls it, answers. It ends when the agent does, also while the
 * module never comes back.
 */
import { writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { framed, Unframing } from './framing.ts'
import { CHANNEL_FD, type FromModule, type ToModule } from './messages.ts'

/** The agent's own messages: a frame of 8K in RGB and its head. */
const LIMIT_BYTES = 128 * 1024 * 1024
/** On a thread of its own: the module's loop may hang. */
const WATCH = `
const parent = process.ppid
setInterval(() => { if (process.ppid !== parent) process.kill(process.pid, 'SIGKILL') }, 500)
`

type Methods = Record<string, unknown>

let loaded: Methods | null = null
const channel = new Socket({ fd: CHANNEL_FD })
const unframing = new Unframing(LIMIT_BYTES)

// When memory runs out, this process is what can best be done without.
try {
  writeFileSync('/proc/self/oom_score_adj', '1000')
} catch {
  // Not Linux, or not allowed: the agent watches its memory as well.
}
new Worker(WATCH, { eval: true }).unref()
channel.on('close', () => process.exit(0))
channel.on('error', () => process.exit(0))
channel.on('data', (chunk) => {
  for (const { head, bytes } of unframing.add(chunk)) void hear(head as ToModule, bytes)
})

function say(message: FromModule): void {
  for (const part of framed(message)) channel.write(part)
}

async function hear(message: ToModule, bytes: Buffer): Promise<void> {
  if (message.say === 'load') {
    try {
      loaded = await load(message)
      say({ say: 'loaded', methods: methodsOf(loaded) })
    } catch (error) {
      say({ say: 'not-loaded', reason: told(error) })
    }
    return
  }
  const { id, method, args, bytesAs, keep } = message
  try {
    const [first] = args
    if (bytesAs !== null && typeof first === 'object' && first !== null) Object.assign(first, { [bytesAs]: bytes })
    const called = loaded?.[method]
    if (typeof called !== 'function') throw new Error(`expected the module to have a function ${method}, it has none`)
    // Its own `this`; a promise or a plain value.
    const value: unknown = await called.apply(loaded, args)
    say({ say: 'answer', id, value: (await kept(value, keep)) ?? null })
  } catch (error) {
    say({ say: 'threw', id, reason: told(error) })
  }
}

/** A module need not have the method that chooses. */
async function kept(value: unknown, keep: string | null): Promise<unknown> {
  const choose = keep === null ? undefined : loaded?.[keep]
  if (!Array.isArray(value) || typeof choose !== 'function') return value
  const entries: unknown[] = []
  for (const entry of value) if (await choose.call(loaded, entry)) entries.push(entry)
  return entries
}

async function load({ path, export: name, config }: Extract<ToModule, { say: 'load' }>): Promise<Methods> {
  const module = (await import(pathToFileURL(path).href)) as Methods
  const found = name === null ? (module.default ?? module) : module[name]
  if (found === undefined) {
    throw new Error(`expected an export "${name}", it exports ${Object.keys(module).join(', ') || 'nothing'}`)
  }
  if (typeof found === 'function' && isClass(found)) return Reflect.construct(found, [config]) as Methods
  if (typeof found === 'function') return (await (found as (config: unknown) => unknown)(config)) as Methods
  return found as Methods
}

function isClass(found: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(found))
}

function methodsOf(of: Methods): string[] {
  const names = new Set<string>()
  for (let at: object | null = of; at && at !== Object.prototype; at = Object.getPrototypeOf(at) as object | null) {
    for (const name of Object.getOwnPropertyNames(at)) if (name !== 'constructor') names.add(name)
  }
  return [...names].filter((name) => typeof of[name] === 'function')
}

function told(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 2000)
}
