/** The video of a session description (RFC 8866, RFC 2326 appendix C). Pure. */

export interface VideoMedia {
  /** As in the description: H264, H265, JPEG. */
  codec: string
  clockHz: number
  /** Absolute address for SETUP. */
  control: string
  /** What the camera promises; null: nothing. */
  fps: number | null
}

/** Static payload types that cameras use: RFC 3551. */
const STATIC: Record<string, { codec: string; clockHz: number }> = {
  26: { codec: 'JPEG', clockHz: 90_000 },
  32: { codec: 'MPV', clockHz: 90_000 },
  33: { codec: 'MP2T', clockHz: 90_000 }
}

/** The first video; null when there is none. `base` is Content-Base, or the address that was described. */
export function videoOf(sdp: string, base: string): VideoMedia | null {
  const media = sdp.split(/^(?=m=)/m).find((section) => section.startsWith('m=video'))
  if (media === undefined) return null
  const payload = /^m=video \S+ \S+ (\d+)/.exec(media)?.[1] ?? ''
  const map = new RegExp(`^a=rtpmap:${payload} ([^/\\s]+)/(\\d+)`, 'm').exec(media)
  const fallback = STATIC[payload] ?? { codec: `payload type ${payload}`, clockHz: 90_000 }
  const control = /^a=control:(\S+)/m.exec(media)?.[1] ?? '*'
  const fps = Number(/^a=framerate:\s*([\d.]+)/m.exec(media)?.[1] ?? Number.NaN)
  return {
    codec: map?.[1]?.toUpperCase() ?? fallback.codec,
    clockHz: map ? Number(map[2]) : fallback.clockHz,
    control: absolute(control, base),
    fps: Number.isNaN(fps) ? null : fps
  }
}

/** Not as a browser would: the control is put behind the base, query and all, which is what cameras expect. */
function absolute(control: string, base: string): string {
  if (control === '*') return base
  if (/^rtsps?:\/\//i.test(control)) return control
  return `${base.replace(/\/$/, '')}/${control.replace(/^\//, '')}`
}
