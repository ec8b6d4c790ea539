/** What a person does on the models page, and what comes of it on the box. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { changeModel, damageModel } from '../world/changed_model.ts'
import { cameraMetrics } from '../world/metrics.ts'
import { NANODET, SSD } from '../world/site.ts'
import { eventually } from '../world/wait.ts'
import { classesOn, inForce, loadsOf } from './pages.ts'
import { sharedSite } from './shared_site.ts'

const LIMIT_MS = 60_000
const TRIAL_S = 5
const { site, open } = sharedSite({
  cameras: [
    { name: 'Path', isWatched: true },
    { name: 'Lawn', isWatched: true }
  ],
  settings: { modelTrialS: TRIAL_S }
})

async function upload(page: Page, file: string): Promise<void> {
  await page.getByRole('link', { name: 'Add model' }).click()
  await page.getByLabel('File').setInputFiles(file)
  await page.getByRole('button', { name: 'Upload' }).click()
}

/** The model's card on the models page. */
const cardOf = (page: Page, name: string) =>
  page
    .getByRole('main')
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name }) })

async function assign(page: Page, name: string): Promise<void> {
  const card = cardOf(page, name)
  await card.getByLabel(`Box to run ${name}`).selectOption('North gate')
  await card.getByRole('button', { name: 'Assign' }).click()
  await page.getByText('Assigned.').waitFor()
}

/** The box keeps what it runs, and has seen enough with it to tell when another one is worse. */
async function hasGoodModel(): Promise<void> {
  await site().box.process.line(/model ssd-mobilenet-v2-oid 1\.0\.0 is good/, LIMIT_MS)
  await eventually('30 frames analysed', LIMIT_MS, async () => {
    const cameras = await Promise.all(['path', 'lawn'].map((camera) => cameraMetrics(site().box, camera)))
    return cameras.reduce((sum, camera) => sum + (camera?.framesAnalysed ?? 0), 0) >= 30
  })
}

test('a file that is no sound package is refused beside the field', async () => {
  const page = await open('/models')
  await upload(page, await damageModel({ from: SSD, dir: site().dir }))
  await page.getByText('model.onnx is not the file model.yaml lists').waitFor()
  const text = join(site().dir, 'notes.tar')
  await writeFile(text, 'Model to be uploaded tomorrow.\n'.repeat(100))
  await page.getByLabel('File').setInputFiles(text)
  await page.getByRole('button', { name: 'Upload' }).click()
  await page.getByText('this is no package archive, or it was damaged').waitFor()
})

test.for([
  {
    name: 'no-parser',
    what: 'that does not start',
    settings: (text: string) => text.replace(/^custom-lib-path=.*$/m, 'custom-lib-path=libnothing.so'),
    reason: /It does not start: .*libnothing\.so/
  },
  {
    name: 'blind',
    what: 'that detects nothing',
    settings: (text: string) => text.replace(/^pre-cluster-threshold=.*$/m, 'pre-cluster-threshold=1'),
    reason: /It detected nothing in its first \d+ frames/
  }
])(
  'the box goes back by itself from a model $what, and the pages say why',
  { timeout: 240_000 },
  async ({ name, settings, reason }) => {
    await hasGoodModel()
    const camera = await open(`/boxes/${site().box.id}/cameras/path`)
    const loads = loadsOf(camera)
    const box = await open(`/boxes/${site().box.id}`)
    const page = await open('/models')
    await upload(page, await changeModel({ from: SSD, name, dir: site().dir, settings }))
    await assign(page, name)
    const card = cardOf(page, name)
    await card.getByText('Rolled back').waitFor({ timeout: LIMIT_MS })
    await card.getByText(reason).waitFor()
    await box
      .getByText(/was rolled back\. .* runs again/)
      .first()
      .waitFor()
    await eventually('objects on the picture again', LIMIT_MS, async () => (await classesOn(camera)).includes('person'))
    expect(loads()).toBe(0)
  }
)

test('a box is switched to another model on the models page, and the camera page shows its classes without a reload', {
  timeout: 240_000
}, async () => {
  await site().operator.assignModel(site().box.id, site().model.sha256)
  const camera = await open(`/boxes/${site().box.id}/cameras/path`)
  const loads = loadsOf(camera)
  await eventually('people and no truck on the picture', LIMIT_MS, async () => {
    const classes = await classesOn(camera)
    return classes.includes('person') && !classes.includes('truck')
  })

  const page = await open('/models')
  await upload(page, NANODET)
  await assign(page, 'nanodet-coco')
  await cardOf(page, 'nanodet-coco').getByText('Running').waitFor()
  const box = await open(`/boxes/${site().box.id}`)
  await inForce(box, LIMIT_MS)
  // The white van: a class that only the second model has.
  await eventually('a truck on the picture', LIMIT_MS, async () => (await classesOn(camera)).includes('truck'))
  expect(loads()).toBe(0)

  await camera.getByRole('link', { name: 'Edit', exact: true }).click()
  const classes = camera.getByRole('group', { name: 'Classes to report' })
  await classes.waitFor()
  expect(await classes.getByRole('checkbox').count()).toBe(80)
  // What was wrong with a model before is no longer told.
  await box.getByRole('heading', { name: 'North gate' }).locator('..').getByText('Live').waitFor()
  expect(await box.getByText('was rolled back.').count()).toBe(0)
})
