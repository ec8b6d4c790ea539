/** What a person types for a camera: an address with or without credentials in it, or a file. Pure. */
import { isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SourceInput } from '@vedette/native'

export type ProbeKind = 'rtsp' | 'http' | 'file'

export interface ProbeTarget {
  kind: ProbeKind
  /** Without user and password: may be shown. */
  url: string
  user: string | undefined
  password: string | undefined
}

/** Throws with the word at fault; what may hold a password is not repeated. */
export function parseTarget(text: string, workingFolder: string): ProbeTarget {
  if (/^file:/i.test(text)) return file(fileURLToPath(text))
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(text)?.[1]?.toLowerCase()
  if (scheme === undefined) return file(isAbsolute(text) ? text : resolve(workingFolder, text))
  if (!['rtsp', 'rtsps', 'http', 'https'].includes(scheme))
    throw new Error(`expected rtsp://, rtsps://, http://, https:// or a file, received ${scheme}://`)
  return { kind: scheme.startsWith('rtsp') ? 'rtsp' : 'http', ...address(text, scheme) }
}

/** As a box would read it that was told no more. */
export function inputOf({ kind, url, user, password }: ProbeTarget): SourceInput {
  const credentials = user === undefined ? {} : { user, password: password ?? '' }
  switch (kind) {
    case 'rtsp':
      return { kind, url, transport: 'auto', latencyMs: 200, ...credentials }
    case 'http':
      return { kind, url, loop: false, ...credentials }
    case 'file':
      return { kind, path: url, loop: false }
  }
}

function file(path: string): ProbeTarget {
  return { kind: 'file', url: path, user: undefined, password: undefined }
}

/** A password typed by a person may hold an @, which an address must not: the last one before the path ends it. */
function address(text: string, scheme: string): Omit<ProbeTarget, 'kind'> {
  const rest = text.slice(scheme.length + 3)
  const end = rest.search(/[/?#]/)
  const at = rest.slice(0, end < 0 ? rest.length : end).lastIndexOf('@')
  const url = `${scheme}://${rest.slice(at + 1)}`
  if (!URL.canParse(url) || new URL(url).hostname === '') {
    // What follows may be a password with a slash in it.
    const received = url.includes('@') ? 'one that cannot be read: give the user by --user' : url
    throw new Error(`expected an address such as ${scheme}://192.168.1.20/stream1, received ${received}`)
  }
  if (at < 0) return { url, user: undefined, password: undefined }
  const [user = '', ...password] = rest.slice(0, at).split(':')
  return { url, user: decoded(user), password: password.length === 0 ? undefined : decoded(password.join(':')) }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
