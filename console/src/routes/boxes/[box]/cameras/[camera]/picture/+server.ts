/** The newest picture of a camera, or with `?t=` the one with that capture time while it is kept. */
import type { RequestHandler } from './$types'

export const GET: RequestHandler = ({ params, url, locals }) => {
  const t = Number(url.searchParams.get('t'))
  const jpeg = locals.rooms.live.picture(params.box, params.camera, t > 0 ? t : undefined)
  if (jpeg === null)
    return new Response('No picture yet: a box sends them only while a page is open.\n', { status: 404 })
  return new Response(jpeg as Uint8Array<ArrayBuffer>, {
    headers: { 'content-type': 'image/jpeg', 'cache-control': 'no-store' }
  })
}
