/** Drawing over the picture of a camera, as a person does it with a mouse. */
import type { Page } from 'playwright-core'

export type Place = readonly [x: number, y: number]

/** All that the camera sees. */
export const EVERYTHING: readonly Place[] = [
  [0.01, 0.01],
  [0.99, 0.01],
  [0.99, 0.99],
  [0.01, 0.99]
]

async function onScreen(page: Page, [x, y]: Place): Promise<Place> {
  const { left, top, width, height } = await page.locator('[data-drawing]').evaluate((plate) => {
    plate.scrollIntoView({ block: 'nearest' })
    return plate.getBoundingClientRect()
  })
  return [left + x * width, top + y * height]
}

export async function press(page: Page, places: readonly Place[]): Promise<void> {
  for (const place of places) await page.mouse.click(...(await onScreen(page, place)))
}

export async function drag(page: Page, from: Place, to: Place): Promise<void> {
  await page.mouse.move(...(await onScreen(page, from)))
  await page.mouse.down()
  await page.mouse.move(...(await onScreen(page, to)), { steps: 4 })
  await page.mouse.up()
}
