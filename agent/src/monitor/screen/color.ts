/** Colours of the dashboard; none where NO_COLOR asks for none (no-color.org). Words say the same. */
export type Color = 'green' | 'yellow' | 'red' | 'gray' | 'cyan'

export interface Paint {
  color?: Color
}

export type Painter = (color: Color) => Paint

export function painter(environment: NodeJS.ProcessEnv): Painter {
  const isPlain = (environment.NO_COLOR ?? '') !== '' || environment.TERM === 'dumb'
  return (color) => (isPlain ? {} : { color })
}

export function stateColor(state: string): Color {
  switch (state) {
    case 'live':
      return 'green'
    case 'auth_failed':
    case 'unsupported':
    case 'stalled':
      return 'red'
    case 'backing_off':
    case 'connecting':
      return 'yellow'
    default:
      return 'gray'
  }
}

/** From green over yellow to red as something fills. */
export function loadColor(share: number): Color {
  return share >= 0.95 ? 'red' : share >= 0.85 ? 'yellow' : 'green'
}
