/** Puts the dashboard on the terminal until somebody quits, and gives the terminal back as it was. */
import { render } from 'ink'
import { createElement as h } from 'react'
import type { Look } from '../watch.ts'
import { painter } from './color.ts'
import { Dashboard } from './dashboard.ts'

export async function showDashboard(looks: AsyncIterable<Look>, url: string, stop: () => void): Promise<void> {
  const paint = painter(process.env)
  const screen = (look: Look) => h(Dashboard, { look, url, paint })
  const app = render(screen({ view: null, trouble: null }), { alternateScreen: true, patchConsole: false })
  const end = () => app.unmount()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, end)
  const fed = feed()
  try {
    await app.waitUntilExit()
  } finally {
    stop()
    await fed
  }

  async function feed(): Promise<void> {
    for await (const look of looks) app.rerender(screen(look))
  }
}
