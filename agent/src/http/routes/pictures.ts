/** Pictures of a source: one, or one after the other as browsers show them in an `<img>`. */
import type { ServerResponse } from 'node:http'
import Type from 'typebox'
import { AnnotatedPictures } from '../annotated_pictures.ts'
import type { App } from '../app.ts'
import type { Box } from '../box.ts'
import { faults } from '../fault.ts'
import { Flag, isOn } from '../flag.ts'
import { isClogged, openStream } from '../open_stream.ts'
import type { Results } from '../results.ts'
import type { Viewers } from '../viewers.ts'
import { ById, unknownSource } from './sources.ts'

const BOUNDARY = 'vedette-picture'
const SNAPSHOT_LIMIT_MS = 5000

const Width = Type.Optional(Type.Integer({ minimum: 16, maximum: 3840, description: 'Height follows the picture.' }))
const jpeg = { description: 'JPEG.', content: { 'image/jpeg': { schema: { type: 'string', format: 'binary' } } } }

export function pictureRoutes(
  app: App,
  { box, results, viewers }: { box: Box; results: Results; viewers: Viewers }
): void {
  const known = (id: string) => {
    if (!box.sources.list().some((source) => source.id === id)) throw unknownSource(id)
  }
  app.get(
    '/v1/sources/:id/snapshot',
    {
      schema: {
        tags: ['sources'],
        summary: 'The next picture',
        params: ById,
        querystring: Type.Object({ width: Width, annotate: Flag('With what was found in it drawn on.') }),
        response: { 200: jpeg, ...faults(400, 401, 403, 404, 503) }
      }
    },
    async ({ params: { id }, query }, reply) => {
      known(id)
      const gone = new AbortController()
      reply.raw.once('close', () => gone.abort())
      const annotated = isOn(query.annotate)
        ? new AnnotatedPictures({ results, box, camera: id, signal: gone.signal })
        : null
      try {
        const picture = await box.snapshot(id, {
          limitMs: SNAPSHOT_LIMIT_MS,
          ...(query.width && { width: query.width })
        })
        return await reply.type('image/jpeg').send(annotated ? await annotated.draw(picture) : picture.jpeg)
      } finally {
        annotated?.stop()
      }
    }
  )
  app.get(
    '/v1/sources/:id/mjpeg',
    {
      exposeHeadRoute: false,
      schema: {
        tags: ['sources'],
        summary: 'Moving pictures, as JPEGs one after the other',
        description:
          'What was found in each picture is drawn on, unless annotate=0. Whoever reads too slowly skips pictures.',
        params: ById,
        querystring: Type.Object({
          width: Width,
          fps: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 30, default: 5, description: 'At most.' })),
          annotate: Flag('Default: 1.')
        }),
        response: {
          200: {
            description: 'Until you leave.',
            content: { 'multipart/x-mixed-replace': { schema: { type: 'string', format: 'binary' } } }
          },
          ...faults(400, 401, 403, 404, 503)
        }
      }
    },
    ({ params: { id }, query: { width = 640, fps = 5, annotate = '1' } }, reply) => {
      known(id)
      const leave = viewers.join(id)
      const raw = openStream(reply, `multipart/x-mixed-replace; boundary=${BOUNDARY}`)
      const gone = new AbortController()
      const annotated = isOn(annotate) ? new AnnotatedPictures({ results, box, camera: id, signal: gone.signal }) : null
      let isBusy = false
      const tap = box.tap({ camera: id, width, maxFps: fps }, (picture) => {
        if (isBusy || isClogged(raw)) return
        isBusy = true
        const ready = annotated ? annotated.draw(picture) : Promise.resolve(picture.jpeg)
        // A picture that is not drawn is shown as it came.
        void ready
          .catch(() => picture.jpeg)
          .then((bytes) => {
            isBusy = false
            if (!gone.signal.aborted) writePicture(raw, bytes)
          })
      })
      raw.once('close', () => {
        gone.abort()
        tap.close()
        annotated?.stop()
        leave()
      })
    }
  )
}

/** The boundary follows at once: browsers show a part when they see where it ends. */
function writePicture(raw: ServerResponse, bytes: Buffer): void {
  raw.write(`--${BOUNDARY}\r\ncontent-type: image/jpeg\r\ncontent-length: ${bytes.length}\r\n\r\n`)
  raw.write(bytes)
  raw.write('\r\n')
}
