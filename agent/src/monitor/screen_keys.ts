/** What the keys of the dashboard do. Pure: a state and a key make the next state. */
import { ORDERS, type Wanted } from './camera_order.ts'

export interface ScreenState extends Wanted {
  /** Rows of cameras that have gone out at the top. */
  scrolled: number
  isTyping: boolean
  isPaused: boolean
  hasHelp: boolean
}

export interface Key {
  /** What was typed; empty for the keys below. */
  input: string
  name: 'up' | 'down' | 'pageUp' | 'pageDown' | 'return' | 'escape' | 'backspace' | null
}

export const firstScreen: ScreenState = {
  ...{ order: 'name', isReversed: false, filter: '', onlyNotLive: false },
  ...{ scrolled: 0, isTyping: false, isPaused: false, hasHelp: false }
}

export function pressed(state: ScreenState, key: Key, page: { rows: number; cameras: number }): ScreenState {
  if (state.isTyping) return typed(state, key)
  if (state.hasHelp) return { ...state, hasHelp: false }
  switch (key.name ?? key.input) {
    case 's':
      return { ...state, order: ORDERS[(ORDERS.indexOf(state.order) + 1) % ORDERS.length] ?? 'name' }
    case 'r':
      return { ...state, isReversed: !state.isReversed }
    case 'n':
      return { ...state, onlyNotLive: !state.onlyNotLive, scrolled: 0 }
    case 'p':
      return { ...state, isPaused: !state.isPaused }
    case '/':
      return { ...state, isTyping: true, scrolled: 0 }
    case '?':
    case 'h':
      return { ...state, hasHelp: true }
    case 'escape':
      return { ...state, filter: '', onlyNotLive: false, scrolled: 0 }
    case 'up':
    case 'k':
      return scroll(state, -1, page)
    case 'down':
    case 'j':
      return scroll(state, 1, page)
    case 'pageUp':
      return scroll(state, -page.rows, page)
    case 'pageDown':
    case ' ':
      return scroll(state, page.rows, page)
    default:
      return state
  }
}

function typed(state: ScreenState, { name, input }: Key): ScreenState {
  if (name === 'return') return { ...state, isTyping: false }
  if (name === 'escape') return { ...state, isTyping: false, filter: '' }
  if (name === 'backspace') return { ...state, filter: state.filter.slice(0, -1) }
  const text = [...input].filter((sign) => sign >= ' ' && sign !== '\u007f').join('')
  return { ...state, filter: (state.filter + text).slice(0, 40) }
}

function scroll(state: ScreenState, by: number, { rows, cameras }: { rows: number; cameras: number }): ScreenState {
  const most = Math.max(0, cameras - rows)
  return { ...state, scrolled: Math.min(most, Math.max(0, state.scrolled + by)) }
}
