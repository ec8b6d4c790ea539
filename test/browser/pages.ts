/** What is to be seen on the pages, and how often they were loaded. */
import type { Page } from 'playwright-core'
import { pictureFile } from '../world/picture_file.ts'
import { eventually } from '../world/wait.ts'

/** Where nobody wants the picture it is taken all the same: the page can be drawn. */
export async function look(page: Page, name: string): Promise<void> {
  const path = await pictureFile(name)
  await page.screenshot({ fullPage: true, ...(path !== null && { path }) })
}

/** At a desk and on a phone, where nothing may stick out at the side. */
export async function lookBothWays(page: Page, name: string): Promise<void> {
  const before = page.viewportSize()
  await page.setViewportSize({ width: 1280, height: 800 })
  await look(page, `${name}-1280`)
  await page.setViewportSize({ width: 390, height: 844 })
  await look(page, `${name}-390`)
  const width = await page.evaluate(() => document.documentElement.scrollWidth)
  if (before) await page.setViewportSize(before)
  if (width > 390) throw new Error(`expected ${name} to fit into 390 pixels, but it is ${width} wide`)
}

/** Counts the loads from now on: what appears without one has come over the stream. */
export function loadsOf(page: Page): () => number {
  let loads = 0
  page.on('load', () => loads++)
  return () => loads
}

/** Names of the classes that are drawn on the camera page's picture now. */
export async function classesOn(page: Page): Promise<string[]> {
  const classes = await page.getByLabel(/^Picture of /).getAttribute('data-classes')
  return classes ? classes.split(',') : []
}

/** The camera page shows a picture, not just a plain area. */
export async function expectPicture(page: Page, limitMs: number): Promise<void> {
  const picture = page.getByLabel(/^Picture of /)
  await eventually('a picture with many colours', limitMs, async () => {
    const colours = await picture.evaluate((canvas) => {
      if (!(canvas instanceof HTMLCanvasElement) || canvas.width === 0) return 0
      const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data
      return new Set(new Uint32Array(pixels?.buffer ?? new ArrayBuffer(0))).size
    })
    return colours > 1000
  })
}

/** On the box page: what was asked for last is in force, and the page says nothing against it. Its revision. */
export async function inForce(page: Page, limitMs: number): Promise<number> {
  const section = page.getByRole('region', { name: 'Asked for and running' })
  return eventually('what was asked for to be in force', limitMs, async () => {
    const text = (await section.textContent()) ?? ''
    const asked = /Asked for\s*revision (\d+)/.exec(text)?.[1]
    const applied = /In force\s*revision (\d+)/.exec(text)?.[1]
    return asked !== undefined && asked === applied && !text.includes('Not yet as asked') && Number(asked)
  })
}
