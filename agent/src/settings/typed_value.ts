/** A text from the environment or the command line as the value that its setting takes. Pure; whether it is right is checked later. */
import { parse } from 'yaml'
import { accepts, type Shape } from './schema_shape.ts'

export function typedValue(text: string, shape: Shape): unknown {
  if (shape.type === 'array' && !text.trimStart().startsWith('['))
    return text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')
      .map((item) => typedValue(item, shape.items ?? {}))
  if (isText(shape)) return text === 'null' && accepts(shape, 'null') ? null : text
  try {
    return parse(text)
  } catch {
    return text
  }
}

/** A text that looks like a number or a date stays a text. */
function isText(shape: Shape): boolean {
  if (shape.anyOf) return shape.anyOf.every((each) => isText(each) || each.type === 'null')
  return shape.type === 'string' || typeof shape.const === 'string'
}
