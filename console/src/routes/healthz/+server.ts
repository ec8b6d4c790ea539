/** For whatever watches the console: 200 while its broker delivers, else 503. */
import type { RequestHandler } from './$types'

export const GET: RequestHandler = ({ locals }) => {
  const { isBrokerHealthy, brokerRoundTripMs } = locals.rooms.status()
  return Response.json({ ok: isBrokerHealthy, brokerRoundTripMs }, { status: isBrokerHealthy ? 200 : 503 })
}
