/** A model package for boxes (HTTP Basic: id and secret) and for people who are signed in. Ranges resume it. */
import { readBasic } from '#lib/server/identity/basic.ts'
import type { RequestHandler } from './$types'

export const GET: RequestHandler = async ({ params, locals, request }) => {
  const box = readBasic(request.headers.get('authorization'))
  const isBox = box !== null && locals.rooms.isBox(box.user, box.password)
  if (!isBox && locals.person === null) {
    const headers = { 'www-authenticate': 'Basic realm="vedette", charset="UTF-8"' }
    return new Response('Expected the id and secret of a box.\n', { status: 401, headers })
  }
  return locals.rooms.models.download(params.sha256, request.headers.get('range'))
}
