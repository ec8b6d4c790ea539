/** Takes what looks like a credential out of a line of somebody else's log (GStreamer, libsoup, NVIDIA's libraries). */
const USERINFO = /([a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi
const NAMED =
  /\b(user-pw|user-id|password|passwd|pwd|secret|token|authorization)(["']?\s*[:=]\s*)("[^"]*"|'[^']*'|(?:(?:basic|digest|bearer)\s+)?[^\s,;&]+)/gi

export function redact(line: string): string {
  return line.replace(USERINFO, '$1[redacted]@').replace(NAMED, '$1$2[redacted]')
}
