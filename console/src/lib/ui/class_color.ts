/** The colour of a class on the picture: always the same for the same name, on every page and every box. */

/** Twelve hues far apart also for red-green blindness (after Okabe–Ito), all readable on a dark outline. */
const PALETTE = [
  '#56b4e9',
  '#e69f00',
  '#f0e442',
  '#00c79a',
  '#ff8a5c',
  '#d98cc3',
  '#9ec5ff',
  '#ffd0a1',
  '#b7e36a',
  '#c7a6ff',
  '#66e0ea',
  '#ff9fb2'
] as const

/** Chosen so that the nine classes seen most on streets and in rooms get nine colours. */
const SEED = 493

/** FNV-1a over the lower-cased name: SSD says Person, COCO says person, both are one thing to the eye. */
export function classColor(label: string): string {
  let hash = SEED
  for (const char of label.toLowerCase()) {
    hash ^= char.codePointAt(0) ?? 0
    hash = Math.imul(hash, 0x01000193) >>> 0
  }
  return PALETTE[hash % PALETTE.length] ?? PALETTE[0]
}
