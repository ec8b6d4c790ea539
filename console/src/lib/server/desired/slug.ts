/** An id (topic level, file name) out of a name people give: "Tür Süd 2" → "tur-sud-2". Pure. */
export function slug(name: string, isTaken: (id: string) => boolean, fallback: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 56)
    .replace(/-+$/, '')
  const base = plain === '' ? fallback : plain
  for (let n = 1; ; n++) {
    const id = n === 1 ? base : `${base}-${n}`
    if (!isTaken(id)) return id
  }
}
