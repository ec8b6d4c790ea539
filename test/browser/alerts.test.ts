/** When alerts go out, as a person sets it on the console, and what the pages say of them and of the box's limits. */
import { expect, test } from 'vitest'
import { eventually } from '../world/wait.ts'
import { EVERYTHING, press } from './drawing.ts'
import { inForce, lookBothWays } from './pages.ts'
import { sharedSite } from './shared_site.ts'

const LIMIT_MS = 90_000
/** The box itself, whose other services trust whoever is on it. */
const FORBIDDEN = 'http://127.0.0.1:9/alerts'
const SECRET = 'whsec_c2lnbnMgd2hhdCBnb2VzIG91dA=='
const { site, open } = sharedSite({
  cameras: [{ name: 'Path', isWatched: true }],
  // Any machine uses more of its memory than that.
  settings: { limits: { holdS: 0, memoryPercent: { warn: 1, bad: 100 } } }
})

test('limits, a signed webhook and a suspension are set on the page, and the box applies them', {
  timeout: 4 * LIMIT_MS
}, async () => {
  const home = `/boxes/${site().box.id}`
  const rules = await open(`${home}/cameras/path/rules?new=zone-entered`)
  await rules.getByLabel('Name', { exact: true }).fill('Anywhere')
  await rules.getByLabel('Severity').selectOption('Warning')
  await press(rules, EVERYTHING)
  await rules.getByRole('button', { name: 'Add rule' }).click()
  await rules.getByText('Saved. The box applies it within seconds.').waitFor()

  const page = await open(`${home}/edit`)
  await page.getByRole('link', { name: 'Alerts', exact: true }).click()
  const save = page.getByRole('button', { name: 'Save alerts' })
  const saved = page.getByText('Saved. The box applies it within seconds.')
  await page.getByLabel('Webhook').fill('ftp://example.com/x')
  await save.click()
  await page.getByText('Expected an address such as https://').waitFor()
  await page.getByLabel('Webhook').fill(FORBIDDEN)
  await page.getByLabel('Secret that signs').fill('short')
  await save.click()
  await page.getByText('Expected 8 to 1000 characters.').waitFor()
  await page.getByLabel('Secret that signs').fill(SECRET)
  await page.getByLabel('From severity').selectOption('Warning')
  await page.getByLabel('Cooldown, seconds').fill('120')
  await page.getByLabel('Burst, alerts').fill('5')
  await page.getByLabel('Together within, seconds').fill('2')
  await page.getByLabel('Suspend', { exact: true }).selectOption('For 8 hours')
  await save.click()
  await saved.waitFor()
  await page.locator('[data-suspended]').waitFor()
  await page.reload()
  expect(await page.getByLabel('Webhook').inputValue()).toBe(FORBIDDEN)
  expect(await page.getByLabel('Cooldown, seconds').inputValue()).toBe('120')
  expect(await page.getByLabel('Suspend', { exact: true }).inputValue()).toBe('keep')
  expect(await page.getByLabel('Secret that signs').getAttribute('placeholder')).toBe('set')
  expect(await page.content()).not.toContain(SECRET)

  const box = await open(home)
  await inForce(box, LIMIT_MS)
  const counts = page.getByRole('region', { name: 'Alerts', exact: true })
  await counts.getByRole('row', { name: /webhook of the console/ }).waitFor({ timeout: LIMIT_MS })
  const told = await eventually('alerts that are held back', LIMIT_MS, async () => {
    const text = (await counts.textContent()) ?? ''
    return text.includes('suspended') && text
  })
  expect(told).toMatch(/0 sent, (\d+) held back: suspended \1\b/)
  await lookBothWays(page, 'alerts')

  await page.getByLabel('Suspend', { exact: true }).selectOption('Until a time')
  await save.click()
  await page.getByText('Expected a date and a time.').waitFor()
  await page.getByLabel('Suspend', { exact: true }).selectOption('Not suspended')
  await save.click()
  await saved.waitFor()
  await eventually('an alert that goes out', LIMIT_MS, async () =>
    /[1-9]\d* sent/.test((await counts.textContent()) ?? '')
  )
  const list = page.getByRole('region', { name: 'Alerts told and held back' })
  await list.locator('[data-event="alert.sent"]').first().waitFor({ timeout: LIMIT_MS })
  const webhook = counts.getByRole('row', { name: /webhook of the console/ })
  await webhook.getByText('is this box itself, which the console may not name').waitFor({ timeout: LIMIT_MS })
})

test('a figure beyond its limit is on the page with its value, since when and what to do', async () => {
  const page = await open(`/boxes/${site().box.id}`)
  const limits = page.getByRole('region', { name: 'Limits' })
  const memory = await eventually('the memory', LIMIT_MS, async () => {
    const row = limits.locator('[data-figure=memory]')
    return (await row.count()) === 1 && row.textContent()
  })
  expect(memory).toMatch(/Memory, a warning\s*\d+ %\s*1 %\s*for \d+ (s|min)\s*Remove cameras, or find out/)
  await limits.locator('[data-clock]').waitFor()
  await lookBothWays(page, 'box')
})
