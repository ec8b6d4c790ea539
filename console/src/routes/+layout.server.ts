import type { LayoutServerLoad } from './$types'

/** What stands round every page: who is signed in, and the tree of boxes with the cameras of the one in view. */
export const load: LayoutServerLoad = ({ locals, params }) => {
  if (!locals.person) return { person: null, boxes: [], cameras: [], now: Date.now() }
  const { store } = locals.rooms
  return {
    person: locals.person,
    boxes: store.listBoxes(),
    cameras: params.box ? (store.box(params.box)?.cameras ?? []) : [],
    now: Date.now()
  }
}
