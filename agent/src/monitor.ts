/** What `vedette monitor` shows, for the command line: lines of a box that is watched, or a screen of it. */
import { BoxApi, type BoxApiOptions } from './monitor/box_api.ts'
import { type Look, watch } from './monitor/watch.ts'

export { plainLine } from './monitor/plain_line.ts'
export type { Look }

export function watchBox(box: BoxApiOptions, intervalMs: number, signal: AbortSignal): AsyncGenerator<Look, void> {
  return watch(new BoxApi(box), intervalMs, signal)
}

/** Until somebody quits. React is loaded for this alone. */
export async function dashboard(box: BoxApiOptions, intervalMs: number): Promise<void> {
  const { showDashboard } = await import('./monitor/screen/show.ts')
  const stopping = new AbortController()
  await showDashboard(watchBox(box, intervalMs, stopping.signal), box.url, () => stopping.abort())
}
