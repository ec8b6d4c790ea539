/** What form actions share: refused edits as `fail`, edits that two people make at once, and the session's cookie. */
import { type Cookies, fail } from '@sveltejs/kit'
import { RefusedEdit, SESSION_COOKIE, type SignedIn } from './rooms.ts'

/** Errors keyed by field, and what was typed (never secrets), so that the form comes back as it was. */
export function refused(error: unknown, form: FormData) {
  if (!(error instanceof RefusedEdit)) throw error
  const values: Record<string, string> = {}
  for (const name of new Set(form.keys())) {
    const given = form.getAll(name).filter((value) => typeof value === 'string')
    if (!/password|secret|token|current/.test(name)) values[name] = given.join(', ')
  }
  return fail(400, { errors: error.errors, values })
}

/**
 * Refuses the edit of what somebody else has changed since the form was opened (`Seen.svelte`). Saved once more, it goes
 * through: then the person knows.
 */
export function checkSeen(form: FormData, now: unknown): void {
  const seen = form.get('seen')
  const current = JSON.stringify(now ?? null)
  if (typeof seen !== 'string' || seen === current) return
  form.set('seen', current)
  throw new RefusedEdit({
    '': 'Somebody else has changed this since you opened it. Your input is still here: save again to put it in place of theirs, or open it anew to see theirs.'
  })
}

export function keepSession(cookies: Cookies, signedIn: SignedIn, isHttps: boolean): void {
  const { session, maxAgeS } = signedIn
  cookies.set(SESSION_COOKIE, session, { path: '/', httpOnly: true, sameSite: 'lax', secure: isHttps, maxAge: maxAgeS })
}
