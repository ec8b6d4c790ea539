/** What is watched for on a camera, drawn over its picture by pointer and by keys, and what the box reports of it. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type Site, startSite } from '../world/site.ts'
import { eventually } from '../world/wait.ts'
import { expectPicture, inForce } from './pages.ts'

const LIMIT_MS = 90_000
/** The lawn that people of the film walk over, in shares of the picture. */
const LAWN = [
  [0.2, 0.3],
  [0.8, 0.3],
  [0.9, 0.9],
  [0.1, 0.9]
] as const
let site: Site

beforeAll(async () => {
  site = await startSite({ cameras: [{ name: 'Path', isWatched: true }] })
})
afterAll(() => site?.stop())

async function open(path: string): Promise<Page> {
  const page = await site.open(path)
  onTestFinished(() => page.close())
  return page
}

type Place = readonly [x: number, y: number]

async function onScreen(page: Page, [x, y]: Place): Promise<Place> {
  const { left, top, width, height } = await page.locator('[data-drawing]').evaluate((plate) => {
    plate.scrollIntoView({ block: 'nearest' })
    return plate.getBoundingClientRect()
  })
  return [left + x * width, top + y * height]
}

async function pressAt(page: Page, place: Place): Promise<void> {
  await page.mouse.click(...(await onScreen(page, place)))
}

async function drag(page: Page, from: Place, to: Place): Promise<void> {
  await page.mouse.move(...(await onScreen(page, from)))
  await page.mouse.down()
  await page.mouse.move(...(await onScreen(page, to)), { steps: 4 })
  await page.mouse.up()
}

test('a zone drawn on the picture is watched by the box, which reports and counts who enters', async () => {
  const home = `/boxes/${site.box.id}`
  const camera = await open(`${home}/cameras/path`)
  await camera.getByRole('link', { name: 'Rules' }).click()
  await camera.getByRole('link', { name: 'Enters a zone' }).click()
  await expectPicture(camera, LIMIT_MS)
  const save = camera.getByRole('button', { name: 'Add rule' })
  expect(await save.isDisabled()).toBe(true)
  await camera.getByLabel('Name', { exact: true }).fill('Lawn')
  for (const point of [...LAWN.slice(0, 3), [0.3, 0.6] as const]) await pressAt(camera, point)
  await drag(camera, [0.3, 0.6], LAWN[3])
  await camera.getByRole('button', { name: 'Point 4 of 4: 10 % from the left, 90 % from the top' }).waitFor()
  await save.click()
  await camera.getByText('Saved. The box applies it within seconds.').waitFor()
  await camera.getByRole('link', { name: 'Lawn' }).click()
  await camera.getByRole('button', { name: 'Point 4 of 4: 10 % from the left, 90 % from the top' }).waitFor()

  await inForce(await open(home), LIMIT_MS)
  await camera.getByRole('link', { name: 'Back to Path' }).click()
  const events = camera.getByRole('region', { name: 'Events' })
  await events.locator('[data-event=rule]').filter({ hasText: 'Lawn' }).first().waitFor({ timeout: LIMIT_MS })
  const counts = camera.getByRole('region', { name: 'Rules' }).getByRole('row', { name: /Lawn/ })
  await eventually('the count of people inside', LIMIT_MS, async () => {
    return /[1-9]\d* inside/.test((await counts.textContent()) ?? '')
  })
})

test('a point is moved and taken away with keys, and a zone whose sides cross is refused with what to do', async () => {
  const page = await open(`/boxes/${site.box.id}/cameras/path/rules?new=loitering`)
  await expectPicture(page, LIMIT_MS)
  await page.getByLabel('Name', { exact: true }).fill('Corner')
  for (const point of [LAWN[0], LAWN[2], LAWN[1], LAWN[3]]) await pressAt(page, point)
  await page.getByRole('button', { name: 'Add rule' }).click()
  await page.getByRole('alert').filter({ hasText: 'move point' }).waitFor()
  expect(await page.getByLabel('Name', { exact: true }).inputValue()).toBe('Corner')

  const point = page.getByRole('button', { name: /^Point 4 of 4/ })
  await point.focus()
  await point.press('ArrowRight')
  await page.getByRole('button', { name: 'Point 4 of 4: 11 % from the left, 90 % from the top' }).waitFor()
  await point.press('Delete')
  await page.getByRole('button', { name: /^Point 3 of 3/ }).waitFor()
  await page.getByRole('button', { name: 'Add rule' }).click()
  await page.getByRole('link', { name: 'Corner' }).waitFor()

  await page.getByRole('link', { name: 'Corner' }).click()
  await page.getByText('Remove Corner…').click()
  await page.getByRole('button', { name: 'Remove Corner' }).click()
  await eventually(
    'no rule Corner',
    LIMIT_MS,
    async () => (await page.getByRole('link', { name: 'Corner' }).count()) === 0
  )
})
