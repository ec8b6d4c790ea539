// A bad camera in the desired state: the console does not let it out, and a box that gets one all the same runs on.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decode, topic } from '@vedette/protocol'
import { expect, onTestFinished, test } from 'vitest'
import { type BoxOptions, startBox } from '../world/box.ts'
import { startConsole } from '../world/console.ts'
import { cameraOf, decodingOnly } from '../world/desired_document.ts'
import { cameraMetrics } from '../world/metrics.ts'
import { startOpenBroker } from '../world/open_broker.ts'
import { Operator } from '../world/operator.ts'
import { eventually } from '../world/wait.ts'

const LIMIT_MS = 60_000
const BOX = 'gate'
const SECRET = 'hunter2 in a url'

const good = cameraOf({ kind: 'test', width: 320, height: 240, fps: 15, shapes: 2, seed: 1 }, { frames: 'leased' })
const bad = { ...good, source: { kind: 'rtsp', url: `rtsp://u:${encodeURIComponent(SECRET)}@cam/`, transport: 'tcp' } }

test('a retained document with a bad camera is refused by camera and field; what ran runs on, over a restart too', async () => {
  const dir = await makeFolder()
  const broker = await startOpenBroker()
  onTestFinished(() => broker.stop())
  const options: BoxOptions = {
    ...{ dir, id: BOX },
    console: { url: 'http://127.0.0.1:9', mqttPort: broker.port, secret: 'any' }
  }
  const reported = (accept: (report: ReturnType<typeof read>) => boolean) =>
    eventually('a report', LIMIT_MS, () => {
      const payload = broker.last(topic(BOX, 'up/reported'))
      const report = payload && read(payload)
      return report && accept(report) && report
    })
  const isRefused = ({ whyNotYet, cameras }: ReturnType<typeof read>) =>
    whyNotYet.includes('"yard"') && cameras.good?.state === 'live'
  broker.retain(topic(BOX, 'dn/desired'), decodingOnly({ good }, 1))
  const box = await startBox(options)
  onTestFinished(() => box.stop())
  await reported(({ applied, cameras }) => applied?.rev === 1 && cameras.good?.state === 'live')
  const before = await eventually('figures', LIMIT_MS, () => cameraMetrics(box, 'good'))

  broker.retain(topic(BOX, 'dn/desired'), decodingOnly({ good: { ...good, name: 'Renamed' }, yard: bad }, 2))
  const refused = await reported(isRefused)
  expect(refused).toMatchObject({ observed: { rev: 2 }, applied: { rev: 1 }, lastGood: { rev: 1 } })
  expect(refused.whyNotYet).toMatch(
    /^Revision 2 was refused: Camera "yard": .*expected .*\/cameras\/yard\/source.*Revision 1 stays in force\.$/
  )
  expect(Object.keys(refused.cameras)).toEqual(['good'])
  const now = await eventually('more frames', LIMIT_MS, async () => {
    const figures = await cameraMetrics(box, 'good')
    return figures !== null && figures.framesDecoded > before.framesDecoded + 15 && figures
  })
  expect(now.ptsGaps).toBe(before.ptsGaps)
  expect(box.process.lines.some((line) => line.includes('Revision 2 was refused: Camera \\"yard\\"'))).toBe(true)

  await box.stop()
  const again = await startBox(options)
  onTestFinished(() => again.stop())
  await again.process.line(/started/)
  expect(await reported((report) => report.applied?.rev === 1 && isRefused(report))).toMatchObject({
    lastGood: { rev: 1 }
  })
  const said = [...box.process.lines, ...again.process.lines, JSON.stringify(refused)].join('\n')
  for (const form of [SECRET, encodeURIComponent(SECRET)]) expect(said).not.toContain(form)
})

test("the console's form refuses a bad camera by field, with the value's remedy, and nothing goes out", async () => {
  const dir = await makeFolder()
  const server = await startConsole({ dataDir: dir })
  onTestFinished(() => server.stop())
  const operator = new Operator(server.url)
  await operator.welcome(server.signIn ?? '', 'Ada', crypto.randomUUID())
  const { id } = await operator.addBox('Gate')
  const refusals: [url: string, more: { name?: string; latencyMs?: number; maxFps?: number }, said: RegExp][] = [
    [`rtsp://u:${encodeURIComponent(SECRET)}@cam/`, {}, /source\.url.*without user and password in it/],
    ['rtsp://has a space/', {}, /source\.url.*Expected an address such as rtsp:/],
    ['relative/film.mp4', {}, /source\.path.*absolute path/],
    ['/dev/sda', {}, /source\.device.*Expected a device/],
    ['rtsp://cam/', { latencyMs: -1 }, /source\.latencyMs.*0 to 60000/],
    ['rtsp://cam/', { maxFps: 1000 }, /detection\.maxFps.*120/],
    ['rtsp://cam/', { name: ' ' }, /name.*1 to 200 characters/]
  ]
  for (const [url, more, said] of refusals)
    await expect(operator.addCamera(id, { name: 'Nonesuch', url, ...more })).rejects.toThrow(said)
  expect(server.process.lines.join('\n')).not.toContain(encodeURIComponent(SECRET))
  await operator.addCamera(id, { name: 'Good', url: 'rtsp://cam/' })
  const page = await (await operator.get(`/boxes/${id}`)).text()
  expect([page.includes('Good'), page.includes('Nonesuch')]).toEqual([true, false])
})

function read(payload: Buffer) {
  return decode('up/reported', payload)
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-bad-desired-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}
