/** The text of a settings file as a plain value, with the line of each of its keys. JSON is YAML too. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { LineCounter, parseDocument, type ScalarTag } from 'yaml'
import { isObject } from './schema_shape.ts'

export interface SettingsText {
  value: unknown
  /** Line of the key or value at a path, or of the nearest parent that is there. */
  lineOf(path: readonly string[]): number
  /** Each in one line. Where there is one, there is no value. */
  errors: { line: number; message: string }[]
  /** Variables that `!env` names. */
  environment: ReadonlySet<string>
}

export function readSettingsText(text: string, directory: string): SettingsText {
  const lines = new LineCounter()
  const environment = new Set<string>()
  const references: References = {
    file: (path) => contentOf(path, directory),
    env: (name) => variable(name, environment)
  }
  const document = parseDocument(text, {
    lineCounter: lines,
    // `<<: *recorder`: cameras of one recorder differ by a word.
    merge: true,
    customTags: [tag('!file', references.file), tag('!env', references.env)]
  })
  const lineAt = (offset: number) => lines.linePos(offset).line
  const errors = document.errors.map(({ pos, message }) => ({
    line: lineAt(pos[0]),
    message: message.split('\n')[0]!.replace(/ at line .*$/, '')
  }))
  const lineOf = (path: readonly string[]) => {
    for (let length = path.length; length > 0; length--) {
      const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true)
      const offset = keyOffset(parent, path[length - 1]!)
      if (offset !== null) return lineAt(offset)
    }
    return 1
  }
  const value =
    errors.length > 0
      ? null
      : resolved(document.toJS(), references, (path, message) => errors.push({ line: lineOf(path), message }))
  return { value: errors.length > 0 ? null : value, lineOf, errors, environment }
}

interface References {
  file(path: string): string
  env(name: string): string
}

/** `{ "!file": "path" }` and `{ "!env": "NAME" }`: the same references where there are no tags, in JSON. */
function resolved(
  value: unknown,
  references: References,
  failed: (path: readonly string[], message: string) => void,
  path: readonly string[] = []
): unknown {
  if (Array.isArray(value)) return value.map((item, i) => resolved(item, references, failed, [...path, String(i)]))
  if (!isObject(value)) return value
  const [[key, told] = [], ...more] = Object.entries(value)
  if (more.length === 0 && typeof told === 'string' && (key === '!file' || key === '!env')) {
    try {
      return key === '!file' ? references.file(told) : references.env(told)
    } catch (error) {
      failed(path, (error as Error).message)
      return null
    }
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, resolved(item, references, failed, [...path, key])])
  )
}

function keyOffset(parent: unknown, key: string): number | null {
  if (typeof parent !== 'object' || parent === null || !('items' in parent) || !Array.isArray(parent.items)) return null
  for (const [i, item] of parent.items.entries()) {
    const node = item?.key ?? (String(i) === key ? item : undefined)
    const name = item?.key === undefined ? String(i) : String(node?.value)
    if (name === key && Array.isArray(node?.range)) return node.range[0]
  }
  return null
}

function tag(name: string, read: (text: string) => string): ScalarTag {
  return {
    tag: name,
    resolve(text, onError) {
      try {
        return read(text)
      } catch (error) {
        onError((error as Error).message)
        return ''
      }
    }
  }
}

/** `!file PATH`: the content of a file, so that a secret need not stand in the settings. */
function contentOf(path: string, directory: string): string {
  try {
    return readFileSync(resolve(directory, path), 'utf8').trim()
  } catch (error) {
    throw new Error(`expected a readable file after !file, received ${path} (${(error as NodeJS.ErrnoException).code})`)
  }
}

/** `!env NAME`: the value of an environment variable. */
function variable(name: string, named: Set<string>): string {
  named.add(name)
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`expected environment variable ${name} after !env to be set`)
  return value
}
