/** The text of a settings file as a plain value, with the line of each of its keys. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { LineCounter, parseDocument, type ScalarTag } from 'yaml'

export interface SettingsText {
  value: unknown
  /** Line of the key or value at a path, or of the nearest parent that is there. */
  lineOf(path: readonly string[]): number
  /** The first syntax error, in one line. */
  error: { line: number; message: string } | null
}

export function readSettingsText(text: string, directory: string): SettingsText {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, customTags: [fileTag(directory), envTag] })
  const first = document.errors[0]
  const lineAt = (offset: number) => lines.linePos(offset).line
  return {
    value: first ? null : document.toJS(),
    lineOf(path) {
      for (let length = path.length; length > 0; length--) {
        const parent: unknown = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true)
        const offset = keyOffset(parent, path[length - 1]!)
        if (offset !== null) return lineAt(offset)
      }
      return 1
    },
    error: first
      ? { line: lineAt(first.pos[0]), message: first.message.split('\n')[0]!.replace(/ at line .*$/, '') }
      : null
  }
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

/** `!file PATH`: the content of a file, so that a secret need not stand in the settings. */
function fileTag(directory: string): ScalarTag {
  return {
    tag: '!file',
    resolve(path, onError) {
      try {
        return readFileSync(resolve(directory, path), 'utf8').trim()
      } catch (error) {
        onError(`expected a readable file after !file, received ${path} (${(error as NodeJS.ErrnoException).code})`)
        return ''
      }
    }
  }
}

/** `!env NAME`: the value of an environment variable. */
const envTag: ScalarTag = {
  tag: '!env',
  resolve(name, onError) {
    const value = process.env[name]
    if (value === undefined || value === '') onError(`expected environment variable ${name} after !env to be set`)
    return value ?? ''
  }
}
