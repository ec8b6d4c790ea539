import { error } from '@sveltejs/kit'
import { refused } from '#lib/server/form.ts'
import type { Actions, PageServerLoad } from './$types'

const SPANS_MIN = { '10m': 10, '1h': 60, '6h': 360, '24h': 1440 } as const
type SpanName = keyof typeof SPANS_MIN

export const load: PageServerLoad = ({ locals, params, url }) => {
  const { store } = locals.rooms
  const box = store.box(params.box)
  if (!box) error(404, `There is no box “${params.box}”. It may have been removed.`)
  const span = spanOf(url.searchParams.get('span'))
  const toMs = Date.now()
  return {
    box,
    span,
    spans: Object.keys(SPANS_MIN),
    health: store.health(params.box, { fromMs: toMs - SPANS_MIN[span] * 60_000, toMs }),
    events: store.events({ box: params.box, limit: 40 })
  }
}

export const actions: Actions = {
  restart: async ({ request, locals, params }) => {
    const form = await request.formData()
    try {
      return { said: await locals.rooms.commands.restartEngine(params.box, locals.person?.name ?? '') }
    } catch (thrown) {
      if (thrown instanceof Error && thrown.name !== 'RefusedEdit') return { said: thrown.message }
      return refused(thrown, form)
    }
  }
}

function spanOf(name: string | null): SpanName {
  return name !== null && Object.hasOwn(SPANS_MIN, name) ? (name as SpanName) : '1h'
}
