/** Where the four points of a speed rule are on the ground: a rectangle, which is usual, or each by itself. */
import { number, text } from '#lib/form_data.ts'

type Metres = [number, number][]

/** The far side first, as the corners are drawn. */
export function rectangle(wide: number, deep: number): Metres {
  return [
    [0, deep],
    [wide, deep],
    [wide, 0],
    [0, 0]
  ]
}

/** Null: it is none as the form makes it. */
export function asRectangle(metres: readonly (readonly [number, number])[]): { wide: number; deep: number } | null {
  const [wide = 0, deep = 0] = metres[1] ?? []
  return JSON.stringify(metres) === JSON.stringify(rectangle(wide, deep)) ? { wide, deep } : null
}

export function metresIn(form: FormData): Metres {
  if (text(form, 'ground') !== 'points') return rectangle(number(form, 'metresWide'), number(form, 'metresDeep'))
  return [0, 1, 2, 3].map((i) => [number(form, `metres.${i}.x`), number(form, `metres.${i}.y`)])
}
