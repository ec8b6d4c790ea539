/** Server-sent events; what they carry is `LiveEvents` in lib/view.ts. */
import type { RequestHandler } from './$types'

export const GET: RequestHandler = ({ url, locals }) => {
  const query = url.searchParams
  const pictures = Number(query.get('pictures'))
  const body = locals.rooms.live.stream({
    fleet: query.get('fleet') === '1',
    box: query.get('box'),
    camera: query.get('camera'),
    pictures: pictures > 0 ? pictures : null
  })
  return new Response(body, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' }
  })
}
