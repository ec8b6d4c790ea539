/** `POST /predict/` and `POST /v1/infer`: single pictures in, what is on them out. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import Type from 'typebox'
import type { App } from '../app.ts'
import type { ImageBox, Inferred } from '../box.ts'
import { faultOf, faults, HttpFault } from '../fault.ts'
import { Flag, isOn } from '../flag.ts'
import { Detection } from '../result.ts'

/** Of one request; more pictures are more requests. */
export const MOST_FILES = 32

const Maybe = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()])

const found = {
  detections: Type.Array(Type.Ref('Detection')),
  width: Type.Integer({ description: 'Of the picture, upright, in pixels.' }),
  height: Type.Integer(),
  model: Maybe(Type.String({ description: 'Name and version.' })),
  latencyMs: Type.Number({ description: 'From the last byte of the request to this answer.' })
}
const Prediction = Type.Object(found)
const Answers = Type.Object({
  results: Type.Array(
    Type.Object({
      name: Type.String({ description: 'As the file was called.' }),
      ...Type.Partial(Type.Object(found)).properties,
      annotated: Type.Optional(Type.String({ description: 'With ?annotate=1: the drawn picture, JPEG in Base64.' })),
      fault: Type.Optional(Type.Ref('Fault'))
    })
  ),
  model: Maybe(Type.String()),
  latencyMs: Type.Number()
})

const Query = Type.Object({ annotate: Flag('Draw what was found onto the picture.') })
const refusals = faults(400, 401, 403, 413, 415, 422, 429, 503)
const picture = { type: 'string', format: 'binary', description: 'JPEG, PNG, WebP or BMP.' }

export function imageRoutes(app: App, images: ImageBox): void {
  app.addSchema(Detection)
  app.post(
    '/predict/',
    {
      config: { form: { type: 'object', required: ['file'], properties: { file: picture } } },
      schema: {
        tags: ['images'],
        summary: 'What is on one picture',
        description: 'Answers as soon as the model has looked; pictures that come together are looked at together.',
        querystring: Query,
        response: {
          200: {
            description: 'What was found; with ?annotate=1 the picture with it drawn on.',
            content: {
              'application/json': { schema: Prediction },
              'image/jpeg': { schema: { type: 'string', format: 'binary' } }
            }
          },
          ...refusals
        }
      }
    },
    async (request, reply) => {
      const annotate = isOn(request.query.annotate)
      const [one] = await whilePresent(reply, (signal) => look(request, { images, annotate, signal, most: 1 }))
      if (!one) throw new HttpFault(400, 'expected a picture in the field "file" of the form, received none')
      if (one.fault) throw one.fault
      const { jpeg, ...rest } = one.inferred
      if (annotate) return reply.type('image/jpeg').header('x-detections', String(rest.detections.length)).send(jpeg)
      return reply.send({ ...rest, latencyMs: one.latencyMs })
    }
  )
  app.post(
    '/v1/infer',
    {
      config: {
        form: {
          type: 'object',
          required: ['file'],
          properties: { file: { type: 'array', items: picture, maxItems: MOST_FILES } }
        }
      },
      schema: {
        tags: ['images'],
        summary: 'What is on several pictures',
        description: `Up to ${MOST_FILES} files in one form, whatever their fields are called. One that cannot be looked at does not spoil the others.`,
        querystring: Query,
        response: { 200: Answers, ...refusals }
      }
    },
    async (request, reply) => {
      const began = performance.now()
      const annotate = isOn(request.query.annotate)
      const looked = await whilePresent(reply, (signal) =>
        look(request, { images, annotate, signal, most: MOST_FILES })
      )
      if (looked.length === 0) throw new HttpFault(400, 'expected one picture or more in the form, received none')
      const busy = looked.find(({ fault }) => fault && fault.statusCode >= 429)
      if (busy?.fault) throw busy.fault
      const results = looked.map(({ name, inferred, fault, latencyMs }) => {
        if (fault) return { name, fault: faultOf(fault.statusCode, fault.message) }
        const { jpeg, ...rest } = inferred
        return { name, ...rest, latencyMs, ...(jpeg && { annotated: jpeg.toString('base64') }) }
      })
      return { results, model: images.model(), latencyMs: rounded(performance.now() - began) }
    }
  )
}

interface Asked {
  images: ImageBox
  annotate: boolean
  signal: AbortSignal
  most: number
}

type Looked = { name: string; latencyMs: number } & (
  | { inferred: Inferred; fault: null }
  | { inferred: null; fault: HttpFault }
)

/** Each picture is given to the model while the next one still arrives. */
async function look(request: FastifyRequest, { images, annotate, signal, most }: Asked): Promise<Looked[]> {
  if (!request.isMultipart())
    throw new HttpFault(415, 'expected multipart/form-data with a picture in the field "file"')
  const length = Number(request.headers['content-length'] ?? Number.NaN)
  const leave = images.admit(1, Number.isFinite(length) ? length : images.maxBytes)
  const looking: Promise<Looked>[] = []
  const leaves = [leave]
  try {
    try {
      for await (const part of request.parts({ limits: { files: most, fileSize: images.maxBytes } })) {
        if (part.type !== 'file') continue
        if (looking.length > 0) leaves.push(images.admit(1, 0))
        const bytes = await part.toBuffer()
        looking.push(lookAt(images, { name: part.filename ?? '', bytes, annotate, signal }))
      }
    } catch (error) {
      throw asFormFault(error)
    }
    return await Promise.all(looking)
  } finally {
    await Promise.all(looking)
    for (const each of leaves) each()
  }
}

/** The parser of forms throws plain errors at what is no whole form. */
function asFormFault(error: unknown): unknown {
  if (error instanceof HttpFault || !(error instanceof Error) || 'statusCode' in error) return error
  return new HttpFault(400, `expected a whole multipart form, but it does not read: ${error.message.slice(0, 200)}`)
}

async function lookAt(
  images: ImageBox,
  { name, bytes, annotate, signal }: { name: string; bytes: Buffer; annotate: boolean; signal: AbortSignal }
): Promise<Looked> {
  const began = performance.now()
  try {
    const inferred = await images.infer(bytes, { annotate, signal })
    return { name, inferred, fault: null, latencyMs: rounded(performance.now() - began) }
  } catch (error) {
    if (!(error instanceof HttpFault)) throw error
    return { name, inferred: null, fault: error, latencyMs: rounded(performance.now() - began) }
  }
}

/** With a signal that says when whoever asked has gone. */
async function whilePresent<T>(reply: FastifyReply, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const gone = new AbortController()
  const closed = () => gone.abort()
  reply.raw.once('close', closed)
  try {
    return await work(gone.signal)
  } finally {
    reply.raw.off('close', closed)
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100
}
