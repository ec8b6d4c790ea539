/** The page of a box is no part of the console, and ships without it: its colours are the same all the same. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
/** By name: `--good: light-dark(…)`. */
const colors = (css: string) =>
  Object.fromEntries(
    [...css.matchAll(/^ {2}(--[\w-]+): (light-dark\(#.*\));$/gm)].map(([, name, value]) => [name, value])
  )

test("every colour of the box's page is one of the console", () => {
  const ofBox = colors(file('agent/src/http/page/page.css'))
  expect(Object.keys(ofBox).length).toBeGreaterThan(10)
  expect(colors(file('console/src/lib/ui/tokens.css'))).toMatchObject(ofBox)
})
