/** What kind of picture these bytes are, by their first ones: what a client says of them is not to be trusted. */
export type ImageKind = 'jpeg' | 'png' | 'webp' | 'bmp'

export function imageKind(bytes: Uint8Array): ImageKind | null {
  const starts = (...first: number[]) => first.every((byte, i) => bytes[i] === byte)
  const text = (at: number, word: string) => [...word].every((char, i) => bytes[at + i] === char.charCodeAt(0))
  if (starts(0xff, 0xd8, 0xff)) return 'jpeg'
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png'
  if (text(0, 'RIFF') && text(8, 'WEBP')) return 'webp'
  return text(0, 'BM') ? 'bmp' : null
}
