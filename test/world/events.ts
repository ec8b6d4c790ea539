/** Events of a box as the console holds them. */
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Fleet, FleetBox } from './fleet.ts'
import { eventually } from './wait.ts'

/** Bodies of the events of one kind, oldest first. */
export function bodiesOf(fleet: Fleet, box: FleetBox, kind: string): Record<string, unknown>[] {
  const db = new DatabaseSync(join(fleet.dir, 'console/vedette.db'), { readOnly: true, timeout: 5000 })
  try {
    const rows = db.prepare('SELECT body FROM events WHERE box = ? AND kind = ? ORDER BY n').all(box.id, kind)
    return rows.map(({ body }) => JSON.parse(String(body)))
  } finally {
    db.close()
  }
}

/** A new box shows pictures before its model has arrived: resolves when its first model runs. */
export async function modelRuns(fleet: Fleet, box: FleetBox): Promise<void> {
  await eventually(`the model of ${box.id} to run`, 120_000, () =>
    bodiesOf(fleet, box, 'model.state').some(({ state }) => state === 'running')
  )
}
