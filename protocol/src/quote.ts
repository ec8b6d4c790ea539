/** A received value as an error message shows it: short, and without anything secret. */

const SECRET_KEY = /password|secret|sealed|token/i
/** User and password in a URL, as people paste them; the password may itself hold @ and /. */
const USERINFO = /(:\/\/)[^\s"]*@/g
const REDACTED = '[redacted]'
const LONGEST = 80

/** `path` is the JSON pointer of the value: everything under a secret key is secret. */
export function quote(value: unknown, path = ''): string {
  if (SECRET_KEY.test(path)) return value === undefined ? 'nothing' : REDACTED
  const text = JSON.stringify(value, (key, item) => (SECRET_KEY.test(key) ? REDACTED : item)) ?? 'nothing'
  return shorten(text.replace(USERINFO, `$1${REDACTED}@`))
}

/** Text that could not be parsed: a secret in it cannot be told from the rest, so then all of it stays out. */
export function quoteText(text: string): string {
  return SECRET_KEY.test(text) ? `${text.length} characters ${REDACTED}` : quote(text)
}

function shorten(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 3)}…` : text
}
