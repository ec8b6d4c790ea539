/** The examples beside this package, as tests of either end read them. Node only: not part of the public entry. */
import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../examples/', import.meta.url)

export interface GoodExample {
  name: string
  content: unknown
}

/** `expect` is the fault that a reader has to find in `message`. */
export interface BadExample {
  name: string
  expect: { code: string; path: string }
  message: unknown
  /** In place of a message where the channel is not JSON. */
  base64: string
}

/** `up/presence` has its examples in `examples/up.presence`. */
export function goodExamples(channel: string): GoodExample[] {
  return filesOf(channel, 'good-').map((name) => ({ name, content: read(channel, name) }))
}

export function badExamples(channel: string): BadExample[] {
  return filesOf(channel, 'bad-').map((name) => ({ name, ...(read(channel, name) as Omit<BadExample, 'name'>) }))
}

export function exampleFolders(): string[] {
  return readdirSync(folder).sort()
}

function filesOf(channel: string, prefix: string): string[] {
  const names = readdirSync(new URL(`${channel.replace('/', '.')}/`, folder))
  return names.filter((name) => name.startsWith(prefix) && name.endsWith('.json')).sort()
}

function read(channel: string, name: string): unknown {
  return JSON.parse(readFileSync(new URL(`${channel.replace('/', '.')}/${name}`, folder), 'utf8'))
}
