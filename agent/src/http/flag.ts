/** A switch in the query: `?annotate`, `?annotate=1` or `=true`; `0`, `false` or nothing at all is off. */
import Type from 'typebox'

const WORDS = ['', '1', 'true', '0', 'false'] as const
type Word = (typeof WORDS)[number]

export function Flag(description: string) {
  return Type.Optional(Type.Unsafe<Word>({ type: 'string', enum: WORDS, description }))
}

export function isOn(word: Word | undefined): boolean {
  return word === '' || word === '1' || word === 'true'
}
