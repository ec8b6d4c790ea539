/**
 * `PUT /models/upload?file=NAME`: the body is the file, streamed to disk. A package archive as it is; a .onnx file with
 * `name, version, parser, licence, source` and one `label` for each class. Answers the model, or 400 with `errors`.
 */
import { RefusedEdit } from '#lib/server/rooms.ts'
import type { RequestHandler } from './$types'

export const PUT: RequestHandler = async ({ url, locals, request }) => {
  const query = url.searchParams
  if (request.body === null)
    return Response.json({ errors: { file: 'Expected a file, received nothing.' } }, { status: 400 })
  const text = (name: string, fallback: string) => query.get(name)?.trim() || fallback
  const upload = {
    body: request.body,
    file: text('file', text('name', 'package.tar')),
    import: {
      name: text('name', 'model'),
      version: text('version', '1.0.0'),
      parser: text('parser', ''),
      labels: query
        .getAll('label')
        .flatMap((label) => label.split(/\r?\n/))
        .map((label) => label.trim())
        .filter(Boolean),
      licence: text('licence', 'LicenseRef-unknown'),
      source: text('source', text('file', 'upload'))
    }
  }
  try {
    return Response.json(await locals.rooms.models.receive(upload, locals.person?.name ?? ''))
  } catch (error) {
    if (error instanceof RefusedEdit) return Response.json({ errors: error.errors }, { status: 400 })
    throw error
  }
}
