/** What a person does with cameras on the pages, and what comes of it. */
import { expect, test } from 'vitest'
import { type CameraMetrics, cameraMetrics } from '../world/metrics.ts'
import { eventually } from '../world/wait.ts'
import { classesOn, expectPicture, inForce, loadsOf } from './pages.ts'
import { sharedSite } from './shared_site.ts'

const LIMIT_MS = 60_000
const OTHERS = ['path', 'lawn']
/** Two seconds and more of a camera: what happened before has been counted. */
const SOME_FRAMES = 25
const { site, open } = sharedSite({
  cameras: [
    { name: 'Path', isWatched: true },
    { name: 'Lawn', isWatched: true, clockAheadS: -3900 },
    { name: 'Crossing', isWatched: false }
  ]
})

/** The camera's figures once so many of its frames were decoded. */
function metricsAfter(camera: string, frames: number): Promise<CameraMetrics> {
  return eventually(`${frames} frames of ${camera}`, LIMIT_MS, async () => {
    const metrics = await cameraMetrics(site().box, camera)
    return metrics !== null && metrics.framesDecoded > frames && metrics
  })
}

test('a camera is added and removed on the pages, seen without a reload, and no other camera misses a frame', async () => {
  const home = `/boxes/${site().box.id}`
  const box = await open(home)
  for (const name of ['Path', 'Lawn']) await box.getByRole('link', { name: `${name} Live` }).waitFor()
  const page = await open(home)
  const loads = [loadsOf(box), loadsOf(page)]
  const before = await Promise.all(OTHERS.map((camera) => metricsAfter(camera, SOME_FRAMES)))

  await page.getByRole('link', { name: 'Edit', exact: true }).click()
  await page.getByRole('link', { name: 'Add camera' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Crossing')
  await page.getByLabel('RTSP camera').check()
  await page.getByRole('textbox', { name: 'Address', exact: true }).fill(site().street.url('crossing'))
  await page.getByLabel('User').fill(site().login.user)
  await page.getByLabel('Password').fill(site().login.password)
  await page.getByRole('button', { name: 'Add camera' }).click()
  await page.getByRole('heading', { name: 'Crossing' }).waitFor()
  await expectPicture(page, LIMIT_MS)
  await eventually('objects drawn on the picture', LIMIT_MS, async () => (await classesOn(page)).length > 0)
  await box.getByRole('link', { name: /^Crossing Live/ }).waitFor()

  await page.getByRole('link', { name: 'Edit', exact: true }).click()
  await page.getByText('Remove camera Crossing…').click()
  await page.getByRole('button', { name: 'Remove camera Crossing' }).click()
  await eventually('no link to the removed camera', LIMIT_MS, async () => {
    return (await box.getByRole('link', { name: 'Crossing' }).count()) === 0
  })
  await inForce(box, LIMIT_MS)

  expect(loads.map((count) => count())).toEqual([0, 0])
  for (const [i, { framesDecoded, ptsGaps }] of before.entries()) {
    const now = await metricsAfter(OTHERS[i]!, framesDecoded + SOME_FRAMES)
    expect(now.ptsGaps, OTHERS[i]).toBe(ptsGaps)
  }
})

test('a detection setting and a camera setting are applied by the box and seen on the camera page', async () => {
  const home = `/boxes/${site().box.id}`
  const camera = await open(`${home}/cameras/path`)
  const page = await open(`${home}/edit`)
  const loads = loadsOf(camera)
  await eventually('people on the picture', LIMIT_MS, async () => (await classesOn(camera)).includes('person'))
  const before = await inForce(await open(home), LIMIT_MS)

  const save = page.getByRole('button', { name: 'Save camera' })
  await page.getByRole('main').getByRole('link', { name: 'Path' }).click()
  await page.getByLabel('car', { exact: true }).check()
  await save.click()
  await page.getByText('Saved.').waitFor()
  await eventually('nothing but cars', LIMIT_MS, async () => `${await classesOn(camera)}` === 'car')
  const box = await open(home)
  expect(await inForce(box, LIMIT_MS)).toBe(before + 1)

  await page.getByLabel('car', { exact: true }).uncheck()
  await page.getByLabel('Enabled').uncheck()
  await save.click()
  await camera.getByRole('heading', { name: 'Path' }).locator('..').getByText('Disabled').waitFor()
  await eventually('the revision after', LIMIT_MS, async () => (await inForce(box, LIMIT_MS)) === before + 2)

  await page.getByLabel('Enabled').check()
  await save.click()
  await eventually('people on the picture', LIMIT_MS, async () => (await classesOn(camera)).includes('person'))
  expect(loads()).toBe(0)
})

test('a camera with a wrong address is refused beside the field, which then has the focus', async () => {
  const page = await open(`/boxes/${site().box.id}/edit?add=1`)
  await page.getByLabel('Name', { exact: true }).fill('Back door')
  const address = page.getByRole('textbox', { name: 'Address', exact: true })
  await address.fill('10.3.2.20/stream1')
  await page.getByRole('button', { name: 'Add camera' }).click()
  await page.getByRole('alert').filter({ hasText: 'Expected an address such as rtsp://' }).waitFor()
  await eventually('the focus on the address', LIMIT_MS, () =>
    address.evaluate((field) => field === document.activeElement && field.getAttribute('aria-invalid') === 'true')
  )
  expect(await address.inputValue()).toBe('10.3.2.20/stream1')
})

test('a camera whose clock is wrong says so on its page, and one whose clock is right does not', async () => {
  const lawn = await open(`/boxes/${site().box.id}/cameras/lawn`)
  await lawn.getByText("The camera's clock is 1 h behind that of North gate.").waitFor()
  await lawn.getByText('turn NTP on in the camera').waitFor()
  const path = await open(`/boxes/${site().box.id}/cameras/path`)
  await expectPicture(path, LIMIT_MS)
  expect(await path.getByText("The camera's clock").count()).toBe(0)
})
