/** What a box's page has shown of its cameras, "state: reason", since it was opened. */
import { live } from './live.ts'
import type { Operator } from './operator.ts'
import { eventually } from './wait.ts'

export interface Shown {
  /** Everything that was said of a camera, oldest first. */
  of(camera: string): string[]
  /** Waits until the page says this of the camera, at or after entry `from`; returns the entry's number. */
  says(camera: string, said: RegExp, limits: { from?: number; limitMs: number }): Promise<number>
  /** What it has shown that is neither live nor on the way there; unknown: the box had not said yet. */
  troubles(camera: string): string[]
  stop(): Promise<void>
}

const WELL = /^(unknown|idle|connecting|live): /

export function watchPage(operator: Operator, box: string): Shown {
  const end = new AbortController()
  const all = new Map<string, string[]>()
  const of = (camera: string) => all.get(camera) ?? []
  const follow = async () => {
    for await (const { event, data } of live(operator, `box=${box}`, end.signal)) {
      if (event !== 'detail') continue
      for (const { id, state, reason } of data.cameras as { id: string; state: string; reason: string }[]) {
        const said = `${state}: ${reason}`
        if (of(id).at(-1) !== said) all.set(id, [...of(id), said])
      }
    }
  }
  const done = follow()
  return {
    of,
    says: async (camera, said, { from = 0, limitMs }) => {
      const found = await eventually(`${camera} to be ${said}`, limitMs, () => {
        const at = of(camera).findIndex((text, i) => i >= from && said.test(text))
        return at >= 0 && { at }
      }).catch((error) => {
        throw new Error(`${error.message}; the page said ${JSON.stringify(of(camera))}`)
      })
      return found.at
    },
    troubles: (camera) => of(camera).filter((said) => !WELL.test(said)),
    stop: async () => {
      end.abort()
      await done
    }
  }
}
