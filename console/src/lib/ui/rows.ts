/** Arrow keys and Home, End move the focus between the rows of a list; Enter follows the row's own link. */
export function rows(list: HTMLElement) {
  function move(event: KeyboardEvent) {
    const all = [...list.querySelectorAll<HTMLElement>('[data-row]')]
    const at = all.indexOf(document.activeElement as HTMLElement)
    const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key]
    if (at < 0 || target === undefined) return
    event.preventDefault()
    if (target < 0) document.querySelector<HTMLElement>('[data-search]')?.focus()
    else all[Math.min(target, all.length - 1)]?.focus()
  }
  list.addEventListener('keydown', move)
  return () => list.removeEventListener('keydown', move)
}

/** Every word of the filter occurs in one of the texts. */
export function matches(filter: string, texts: (string | null)[]): boolean {
  const text = texts.join(' ').toLowerCase()
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
