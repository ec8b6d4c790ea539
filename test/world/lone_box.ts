/** A box without a console: one camera on real footage, a real detector, and its own API. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningBox, startBox } from './box.ts'
import { cacheDir, FOOTAGE } from './cache.ts'
import { eventually } from './wait.ts'

export interface LoneBox {
  url: string
  box: RunningBox
  stop(): Promise<void>
}

const MODEL = join(cacheDir(), 'models/ssd-mobilenet-v2-oid-1.0.0')

/** With cameras of the settings' own it does not wait for them. */
export async function startLoneBox(settings: Record<string, unknown> = {}): Promise<LoneBox> {
  const dir = await mkdtemp(join(tmpdir(), 'vedette-lone-'))
  const box = await startBox({
    dir,
    id: 'lone',
    settings: {
      pipeline: { maxSources: 4, adapt: false },
      models: [MODEL],
      cameras: { door: { name: 'Front door', source: { kind: 'file', path: FOOTAGE, loop: true } } },
      analysis: { interval: 4 },
      ...settings
    }
  })
  const stop = async () => {
    await box.stop()
    await rm(dir, { recursive: true })
  }
  try {
    const url = `http://127.0.0.1:${await box.port}`
    if (settings.cameras !== undefined) return { url, box, stop }
    await eventually('a picture of the door', 60_000, async () => {
      const { sources } = (await (await fetch(`${url}/v1/sources`)).json()) as { sources: { state: string }[] }
      return sources[0]?.state === 'live'
    })
    return { url, box, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
