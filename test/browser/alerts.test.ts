/** When alerts go out, as a person sets it on the console, and what the box page says of them. */
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { type Site, startSite } from '../world/site.ts'
import { inForce } from './pages.ts'

const LIMIT_MS = 90_000
let site: Site

beforeAll(async () => {
  site = await startSite({ cameras: [{ name: 'Path', isWatched: true }] })
})
afterAll(() => site?.stop())

test('cooldown, webhook and a suspension are set on the page, and the box applies them', async () => {
  const { id } = site.box
  const page = await site.open(`/boxes/${id}/edit`)
  onTestFinished(() => page.close())
  const form = page.locator('form[action="?/alerts"]')
  await form.getByLabel('Webhook').fill('ftp://example.com/x')
  await form.getByRole('button', { name: 'Save alerts' }).click()
  await form.getByText('Expected an address such as https://').waitFor()
  await form.getByLabel('Webhook').fill('https://example.com/alerts')
  await form.getByLabel('Cooldown, seconds').fill('120')
  await form.getByLabel('Suspend').selectOption('For 8 hours')
  await form.getByRole('button', { name: 'Save alerts' }).click()
  await page.getByText('Saved. The box applies it within seconds.').waitFor()
  await form.locator('[data-suspended]').waitFor()
  await page.reload()
  expect(await form.getByLabel('Webhook').inputValue()).toBe('https://example.com/alerts')
  expect(await form.getByLabel('Cooldown, seconds').inputValue()).toBe('120')
  expect(await form.getByLabel('Suspend').inputValue()).toBe('keep')

  const box = await site.open(`/boxes/${id}`)
  onTestFinished(() => box.close())
  await inForce(box, LIMIT_MS)
  const counts = box.getByRole('region', { name: 'Alerts' })
  await counts.getByRole('row', { name: /webhook of the console/ }).waitFor({ timeout: LIMIT_MS })
  expect(await counts.textContent()).toContain('0 sent, 0 held back')
  expect(await counts.getByRole('row', { name: /^console/ }).textContent()).toMatch(/0\s*0\s*0\s*0/)
})
