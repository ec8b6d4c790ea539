/** A settings file, YAML or JSON, as a layer; or what is wrong with its text. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Layer } from './layer.ts'
import type { Problem } from './problem.ts'
import { isObject } from './schema_shape.ts'
import { readSettingsText } from './text.ts'

export interface FileLayer {
  layer: Layer
  problems: Problem[]
  /** Environment variables that it names itself. */
  environment: ReadonlySet<string>
}

export function readFileLayer(file: string): FileLayer {
  try {
    return fileLayer(readFileSync(file, 'utf8'), file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined) throw error
    const message = `expected a readable settings file, received ${file} (${code})`
    return { ...fileLayer('', file), problems: [{ where: file, message }] }
  }
}

export function fileLayer(text: string, file: string): FileLayer {
  const directory = dirname(resolve(file))
  const source = readSettingsText(text, directory)
  const problems: Problem[] = source.errors.map(({ line, message }) => ({ where: `${file}:${line}`, message }))
  const value = source.value ?? {}
  if (!isObject(value))
    problems.push({ where: `${file}:1`, message: 'expected settings, key by key as in configs/box.yaml' })
  return {
    layer: {
      value: isObject(value) ? value : {},
      directory,
      where: (path) => `${file}:${source.lineOf(path)}`
    },
    problems,
    environment: source.environment
  }
}
