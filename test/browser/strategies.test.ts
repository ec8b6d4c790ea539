/** Which of the box's detection strategies look at a camera, as a person chooses it, and what comes of it on the box. */
import { expect, test } from 'vitest'
import { exampleStrategies } from '../world/example_strategies.ts'
import { eventually } from '../world/wait.ts'
import { inForce, lookBothWays } from './pages.ts'
import { sharedSite } from './shared_site.ts'

const LIMIT_MS = 90_000
const { site, open } = sharedSite(async () => ({
  cameras: [{ name: 'Path', isWatched: true }],
  settings: { detection: await exampleStrategies() }
}))

test('all of the box look at a camera until some are chosen; the others stop looking', {
  timeout: 4 * LIMIT_MS
}, async () => {
  const home = `/boxes/${site().box.id}`
  const camera = await open(`${home}/cameras/path`)
  const here = camera.getByRole('region', { name: 'Detection strategies' })
  const motion = here.locator('[data-strategy=motion]')
  await eventually('what moves on the film', LIMIT_MS, async () =>
    /\d motion, (now|\d+ s ago)/.test((await motion.textContent()) ?? '')
  )
  await lookBothWays(camera, 'camera-strategies')

  await here.getByRole('link', { name: 'Choose' }).click()
  const choice = camera.getByRole('group', { name: 'Detection strategies' })
  await choice.getByLabel('Only these').check()
  for (const name of ['colour', 'blue-box', 'motion']) await choice.getByLabel(name).uncheck()
  await lookBothWays(camera, 'camera-edit')
  await camera.getByRole('button', { name: 'Save camera' }).click()
  await camera.getByText('Saved. The box applies it within seconds.').waitFor()

  const box = await open(home)
  await inForce(box, LIMIT_MS)
  const table = box.getByRole('region', { name: 'Detection strategies' })
  const looks = async (name: string) =>
    Number.parseFloat((await table.locator(`[data-strategy=${name}] td`).first().textContent()) ?? '')
  await eventually(
    'brightness to look alone',
    LIMIT_MS,
    async () => (await looks('motion')) === 0 && (await looks('brightness')) > 0
  )
  expect(await table.locator('[data-strategy=motion]').textContent()).toContain('Looks at no camera.')
  await lookBothWays(box, 'box-strategies')

  // What else is edited of the camera leaves the choice as it is.
  await camera.getByLabel('Name', { exact: true }).fill('Footpath')
  await camera.getByRole('button', { name: 'Save camera' }).click()
  await eventually(
    'the new name',
    LIMIT_MS,
    async () => (await camera.getByRole('link', { name: 'Footpath' }).count()) > 0
  )
  await camera.goto(`${site().server.url}${home}/cameras/path`)
  await here.getByText('Not looking: colour, blue-box, motion.').waitFor()
})
