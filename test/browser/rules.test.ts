/** What is watched for on a camera, drawn over its picture by pointer and by keys, and what the box reports of it. */
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { eventually } from '../world/wait.ts'
import { drag, EVERYTHING, press } from './drawing.ts'
import { expectPicture, inForce, lookBothWays } from './pages.ts'
import { sharedSite } from './shared_site.ts'

const LIMIT_MS = 90_000
/** The lawn that people of the film walk over, in shares of the picture. */
const LAWN = [
  [0.2, 0.3],
  [0.8, 0.3],
  [0.9, 0.9],
  [0.1, 0.9]
] as const
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const { site, open } = sharedSite({ cameras: [{ name: 'Path', isWatched: true }] })

/** Of the events beside the camera's picture, those of a rule, newest first. */
const eventsOf = (page: Page, rule: string) =>
  page
    .getByRole('region', { name: 'Events' })
    .locator('[data-event=rule]')
    .filter({ hasText: `${rule}: ` })

async function save(page: Page, button = 'Save'): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click()
  await page.getByText('Saved. The box applies it within seconds.').waitFor()
}

test('a zone drawn on the picture is watched by the box, which reports and counts who enters', async () => {
  const home = `/boxes/${site().box.id}`
  const camera = await open(`${home}/cameras/path`)
  await camera.getByRole('link', { name: 'Rules' }).click()
  await camera.getByRole('link', { name: 'Enters a zone' }).click()
  await expectPicture(camera, LIMIT_MS)
  const add = camera.getByRole('button', { name: 'Add rule' })
  expect(await add.isDisabled()).toBe(true)
  await camera.getByLabel('Name', { exact: true }).fill('Lawn')
  await press(camera, [...LAWN.slice(0, 3), [0.3, 0.6]])
  await drag(camera, [0.3, 0.6], LAWN[3])
  await camera.getByRole('button', { name: 'Point 4 of 4: 10 % from the left, 90 % from the top' }).waitFor()
  await lookBothWays(camera, 'rule-new')
  await save(camera, 'Add rule')
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
  const page = await open(`/boxes/${site().box.id}/cameras/path/rules?new=loitering`)
  await expectPicture(page, LIMIT_MS)
  await page.getByLabel('Name', { exact: true }).fill('Corner')
  await press(page, [LAWN[0], LAWN[2], LAWN[1], LAWN[3]])
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

test('a rule is told within its hours and of objects of its size alone, as they are set on the page', {
  timeout: 6 * LIMIT_MS
}, async () => {
  const path = `/boxes/${site().box.id}/cameras/path`
  const page = await open(`${path}/rules?new=zone-entered`)
  const camera = await open(path)
  const box = await open(`/boxes/${site().box.id}`)
  await page.getByLabel('Name', { exact: true }).fill('Night')
  await press(page, LAWN)
  await page.getByText('More hours').click()
  const today = new Date().getUTCDay()
  // Neither today, yesterday nor tomorrow, whatever the hour.
  await page.getByLabel(DAYS[(today + 3) % 7]!, { exact: true }).check()
  await page.getByLabel('Time zone').fill('Nowhere/Land')
  await page.getByLabel('Least confidence, %').fill('400')
  await page.getByRole('button', { name: 'Add rule' }).click()
  const wrong = page.getByRole('alert').filter({ hasText: 'Expected 0 to 100 %.' })
  await wrong.waitFor()
  await page.getByLabel('Least confidence, %').fill('20')
  await page.getByRole('button', { name: 'Add rule' }).click()
  await page.getByRole('alert').filter({ hasText: 'Expected an IANA time zone' }).waitFor()
  expect(await page.getByLabel(DAYS[(today + 3) % 7]!, { exact: true }).isChecked()).toBe(true)
  await page.getByLabel('Time zone').fill('UTC')
  await lookBothWays(page, 'rule-wrong')
  await save(page, 'Add rule')
  await inForce(box, LIMIT_MS)
  await othersEnter(camera)
  expect(await eventsOf(camera, 'Night').count()).toBe(0)

  await page.getByRole('link', { name: 'Night' }).click()
  for (const day of DAYS) await page.getByLabel(day, { exact: true }).check()
  await page.getByLabel('From', { exact: true }).fill('00:00')
  await page.getByLabel('to', { exact: true }).fill('00:00')
  await page.getByLabel('Least height, %').fill('90')
  await save(page)
  await inForce(box, LIMIT_MS)
  await othersEnter(camera)
  expect(await eventsOf(camera, 'Night').count()).toBe(0)

  await page.getByRole('link', { name: 'Night' }).click()
  expect(await page.getByLabel('Least height, %').inputValue()).toBe('90')
  expect(await page.getByLabel('From', { exact: true }).inputValue()).toBe('00:00')
  await lookBothWays(page, 'rule-more')
  await page.getByLabel('Least height, %').fill('')
  await save(page)
  await eventsOf(camera, 'Night').first().waitFor({ timeout: LIMIT_MS })
})

test('what is drawn twice, and ground that is no rectangle, are kept as they were drawn and said', async () => {
  const page = await open(`/boxes/${site().box.id}/cameras/path/rules?new=speed`)
  await expectPicture(page, LIMIT_MS)
  await page.getByLabel('Name', { exact: true }).fill('Runner')
  await press(page, LAWN)
  const shapes = page.getByRole('group', { name: 'What to draw' })
  await shapes.getByRole('button', { name: /^Zone/ }).click()
  await press(page, LAWN.slice(0, 3))
  await page.getByLabel('Faster than, km/h').fill('0')
  await page.getByLabel('Each point by itself').check()
  const metres = [
    [0, 20],
    [12, 21],
    [10, 0],
    [-1, 0]
  ]
  const fields = metres.flatMap(([x, y], i) => [
    { label: `Point ${i + 1}, metres right`, is: `${x}` },
    { label: `Point ${i + 1}, metres ahead`, is: `${y}` }
  ])
  for (const { label, is } of fields) await page.getByLabel(label).fill(is)
  await page.getByRole('button', { name: 'Add rule' }).click()
  await page.getByRole('alert').filter({ hasText: 'Expected above 0 to 1000 km/h.' }).waitFor()
  await page.getByLabel('Faster than, km/h').fill('12.5')
  await lookBothWays(page, 'rule-speed')
  await save(page, 'Add rule')

  await page.getByRole('link', { name: 'Runner' }).click()
  await page.getByRole('button', { name: /^Point 4 of 4/ }).waitFor()
  await shapes.getByRole('button', { name: 'Zone drawn' }).click()
  await page.getByRole('button', { name: /^Point 3 of 3/ }).waitFor()
  for (const { label, is } of fields) expect(await page.getByLabel(label).inputValue()).toBe(is)
  await inForce(await open(`/boxes/${site().box.id}`), LIMIT_MS)
})

test('who is under a mask is looked at by no rule until it is removed', { timeout: 4 * LIMIT_MS }, async () => {
  const path = `/boxes/${site().box.id}/cameras/path`
  const page = await open(`${path}/rules`)
  const camera = await open(path)
  const inside = camera.getByRole('region', { name: 'Rules' }).locator('[data-rule=lawn]')
  const someInside = async () => /[1-9]\d* inside/.test((await inside.textContent()) ?? '')
  await eventually('people inside', LIMIT_MS, someInside)
  await page.getByRole('link', { name: 'Objects in a place' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Everything')
  await press(page, EVERYTHING)
  await page.getByRole('group', { name: 'Classes that are hidden' }).getByLabel('person').check()
  await lookBothWays(page, 'mask')
  await save(page, 'Add mask')
  await eventually('nobody inside', LIMIT_MS, async () => /\b0 inside/.test((await inside.textContent()) ?? ''))

  await page.getByRole('link', { name: 'Everything' }).click()
  await page.getByText('Remove Everything…').click()
  await page.getByRole('button', { name: 'Remove Everything' }).click()
  await page.getByText('None: nothing of the picture is left out.').waitFor()
  await eventually('people inside again', LIMIT_MS, someInside)
})

test('who saves a rule that somebody else has changed meanwhile is told, and may', async () => {
  const path = `/boxes/${site().box.id}/cameras/path/rules?rule=lawn`
  const [one, other] = [await open(path), await open(path)]
  await one.getByLabel('Severity').selectOption('Warning')
  await save(one)
  await other.getByLabel('Name', { exact: true }).fill('Grass')
  await other.getByRole('button', { name: 'Save', exact: true }).click()
  await other.getByRole('alert').filter({ hasText: 'Somebody else has changed this' }).waitFor()
  expect(await other.getByLabel('Name', { exact: true }).inputValue()).toBe('Grass')
  await save(other)
  await other.getByRole('link', { name: 'Grass' }).waitFor()
})

/** Time passes in which people come onto the lawn: one that counts them has told of three more. */
async function othersEnter(camera: Page): Promise<void> {
  const newest = () => eventsOf(camera, 'Lawn').first().getAttribute('data-key')
  const seen = new Set([await newest()])
  await eventually('three more on the lawn', LIMIT_MS, async () => seen.add(await newest()).size > 3)
}
