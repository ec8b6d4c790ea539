/** How the box is, in one line: for systemctl, and for whoever looks at it in a terminal. Pure. */
export interface Status {
  reasons: string[]
  engine: { state: string }
  cameras: Record<string, { state: string }>
  console: { state: string } | null
}

export function statusLine({ reasons, engine, cameras, console }: Status): string {
  const states = Object.values(cameras).filter(({ state }) => state !== 'disabled')
  const live = states.filter(({ state }) => state === 'live').length
  const parts = [
    `${live} of ${states.length} cameras live`,
    ...(engine.state === 'running' ? [] : [`engine ${engine.state.replace('_', ' ')}`]),
    ...(console === null ? [] : [`console ${console.state}`]),
    ...(reasons.length === 0
      ? []
      : [reasons.length === 1 ? reasons[0] : `${reasons[0]} (and ${reasons.length - 1} more)`])
  ]
  return parts.join('; ')
}
