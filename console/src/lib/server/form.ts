/** What form actions share: texts of a form, refused edits as `fail`, and the session's cookie. */
import { type Cookies, fail } from '@sveltejs/kit'
import { RefusedEdit, SESSION_COOKIE, type SignedIn } from './rooms.ts'

export function text(form: FormData, name: string): string {
  const value = form.get(name)
  return typeof value === 'string' ? value.trim() : ''
}

/** Errors keyed by field, and what was typed (never passwords), so that the form comes back as it was. */
export function refused(error: unknown, form: FormData) {
  if (!(error instanceof RefusedEdit)) throw error
  const values: Record<string, string> = {}
  for (const [name, value] of form) {
    if (typeof value === 'string' && !/password|token|current/.test(name)) values[name] = value
  }
  return fail(400, { errors: error.errors, values })
}

export function keepSession(cookies: Cookies, signedIn: SignedIn, isHttps: boolean): void {
  const { session, maxAgeS } = signedIn
  cookies.set(SESSION_COOKIE, session, { path: '/', httpOnly: true, sameSite: 'lax', secure: isHttps, maxAge: maxAgeS })
}
