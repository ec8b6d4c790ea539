/**
 * Takes secrets out of text that somebody else wrote: GStreamer's messages, a library's complaint, a line of a log.
 * Whatever stands where credentials stand is hidden, known or not; a known secret is hidden wherever it is written, in
 * every way in which it can be written. Two kinds are hidden only where credentials stand, because hiding them
 * everywhere would spell them out: those of one to three signs, and words within other words ("pass" in "password").
 */
const HIDDEN = '[redacted]'
const SHORTEST = 4

/** `scheme://anything@`, up to the end of the authority (RFC 3986, 3.2). */
const USERINFO = /([a-z][a-z0-9+.-]*:\/\/)[^\s/"<>]+@/gi
/** The whole header: the response of a digest can be guessed offline. */
const AUTHORIZATION = /((?:proxy-)?authorization["']?\s*[:=]\s*)[^\r\n]*/gi
/**
 * Quoted as GStreamer does it: inside, a quote has a backslash; in a DOT file all of that is escaped once more. No word
 * boundary before it: in a DOT file the "n" of "\n" stands there.
 */
const NAMED =
  /(user-pw|user-id|password|passwd|pwd|secret|token)((?:\\?["'])?\s*[:=]\s*(?:\([a-z]+\)\s*)?)(\\"(?:\\\\(?:\\["\\]|\d)|[^"\\])*\\"|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^\s,;&"']+)/gi

export interface KnownSecret {
  secret: string
  /** The user that belongs to it: both together are one text in HTTP's and RTSP's Basic scheme. */
  user?: string
}

/** Without what looks like a credential. */
export function redact(text: string): string {
  return text.replace(USERINFO, `$1${HIDDEN}@`).replace(AUTHORIZATION, `$1${HIDDEN}`).replace(NAMED, `$1$2${HIDDEN}`)
}

export class Redaction {
  readonly #patterns = new Map<string, RegExp>()

  /** From now on it is never let through. */
  add({ secret, user }: KnownSecret): void {
    for (const form of formsOf(secret))
      if (form.length >= SHORTEST && secret.length >= SHORTEST) this.#patterns.set(form, patternOf(form))
    if (user === undefined || secret === '') return
    const basic = Buffer.from(`${user}:${secret}`).toString('base64')
    this.#patterns.set(basic, patternOf(basic))
  }

  clean(text: string): string {
    let cleaned = redact(text)
    // The longest first: one secret may be a part of another, and a form a part of a longer form.
    for (const [, pattern] of [...this.#patterns].toSorted(([a], [b]) => b.length - a.length))
      cleaned = cleaned.replace(pattern, HIDDEN)
    return cleaned
  }
}

/** How a secret may be written: as it is, in JSON, in a URL, in a string of GStreamer and in a DOT file. */
function formsOf(secret: string): Set<string> {
  const bytes = Buffer.from(secret)
  const escaped = (sign: (byte: number, char: string) => string | null) =>
    [...bytes].map((byte) => sign(byte, String.fromCharCode(byte)) ?? String.fromCharCode(byte)).join('')
  const percent = (kept: RegExp, isUpper: boolean) =>
    escaped((byte, char) => {
      if (byte < 128 && kept.test(char)) return null
      const digits = byte.toString(16).padStart(2, '0')
      return `%${isUpper ? digits.toUpperCase() : digits}`
    })
  // g_strescape and gst_value_serialize_string
  const octal = (text: Buffer) =>
    [...text]
      .map((byte) => {
        const char = String.fromCharCode(byte)
        if (char === '"' || char === '\\') return `\\${char}`
        return byte < 32 || byte > 126 ? `\\${byte.toString(8).padStart(3, '0')}` : char
      })
      .join('')
  const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]
  for (const isUpper of [true, false])
    for (const kept of [/[A-Za-z0-9]/, /[A-Za-z0-9\-_.~]/, /[A-Za-z0-9\-_.!~*'()]/]) forms.push(percent(kept, isUpper))
  const once = octal(bytes)
  return new Set([...forms, once, octal(Buffer.from(once))])
}

/** A plain word only where it stands alone. */
function patternOf(form: string): RegExp {
  const literal = form.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  return /^[\p{L}\p{N}]+$/u.test(form)
    ? new RegExp(`(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`, 'gu')
    : new RegExp(literal, 'gu')
}
