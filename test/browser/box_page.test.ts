import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import { startBrowser } from '../world/browser.ts'
import { FOOTAGE } from '../world/cache.ts'
import { type LoneBox, startLoneBox } from '../world/lone_box.ts'
import { eventually } from '../world/wait.ts'
import { look } from './pages.ts'

const TOKEN = 'a-token-of-the-page-test'
const film = { kind: 'file', path: FOOTAGE, loop: true }
let browser: Browser
let box: LoneBox

beforeAll(async () => {
  browser = await startBrowser()
  box = await startLoneBox({
    cameras: {
      door: { name: 'Front door', source: film },
      yard: { name: 'Yard', source: { kind: 'test' } },
      gate: { name: 'Gate', source: { kind: 'rtsp', url: 'rtsp://127.0.0.1:9/stream1' } },
      office: { name: 'Office', enabled: false, source: { kind: 'test' } }
    }
  })
  return async () => {
    await browser.close()
    await box.stop()
  }
})

async function open(url: string, options: BrowserContextOptions = {}): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...options })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('Failed to load resource')) faults.push(message.text())
  })
  await page.goto(url)
  return { page, faults }
}

const card = (page: Page, name: string) => page.locator('article', { hasText: name })
const hasPicture = (page: Page, name: string) =>
  card(page, name)
    .locator('img')
    .evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth > 0)

test('the page shows each camera with its state, a picture where there is one, and what happened', async () => {
  const { page, faults } = await open(box.url)
  await eventually('pictures of door and yard', 90_000, async () => {
    return (
      (await card(page, 'Front door').count()) === 1 &&
      (await hasPicture(page, 'Front door')) &&
      (await hasPicture(page, 'Yard'))
    )
  })
  expect(await card(page, 'Gate').locator('.badge').textContent()).toMatch(/backing off|connecting/)
  expect(await card(page, 'Office').locator('.badge').textContent()).toBe('disabled')
  await page.locator('#events li', { hasText: 'Front door' }).first().waitFor()
  await page.locator('#reasons', { hasText: 'Camera gate' }).waitFor({ timeout: 60_000 })
  await page.locator('#events', { hasText: 'seen by Front door' }).waitFor({ timeout: 60_000 })
  await look(page, 'box')
  expect(faults).toEqual([])
})

test('it is readable in the dark and on a phone', async () => {
  const { page } = await open(box.url, { viewport: { width: 390, height: 844 }, colorScheme: 'dark' })
  await eventually(
    'a picture of the door',
    90_000,
    async () => (await card(page, 'Front door').count()) === 1 && (await hasPicture(page, 'Front door'))
  )
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390)
  await look(page, 'box-phone-dark')
})

test('a box with a token asks for it, and shows nothing before', async () => {
  const guarded = await startLoneBox({ cameras: {}, models: [], http: { port: 0, token: TOKEN } })
  onTestFinished(() => guarded.stop())
  const { page } = await open(guarded.url)
  await page.getByLabel('Token').fill('not the token of this box')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByText('That is not the token').waitFor()
  await look(page, 'box-sign-in')
  await page.getByLabel('Token').fill(TOKEN)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Cameras' }).waitFor()
  expect(await page.locator('#no-cameras').isVisible()).toBe(true)
})

test('the page that tries the API asks the box itself', async () => {
  const { page, faults } = await open(`${box.url}/docs`)
  await page.getByText('/predict/').first().waitFor()
  await look(page, 'box-docs')
  expect(faults).toEqual([])
})
