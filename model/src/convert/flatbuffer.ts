// Reads FlatBuffers tables by field number: all that a TFLite file needs.

/** A table inside a buffer. Absent fields read as their default. */
export interface Table {
  integer(field: number, fallback: number): number
  byte(field: number, fallback: number): number
  text(field: number): string
  integers(field: number): number[]
  bytes(field: number): Uint8Array
  table(field: number): Table | null
  tables(field: number): Table[]
}

export function rootTable(bytes: Uint8Array): Table {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return tableAt(view, view.getUint32(0, true))
}

function tableAt(view: DataView, at: number): Table {
  const follow = (offset: number) => offset + view.getUint32(offset, true)
  const vtable = at - view.getInt32(at, true)
  const vtableSize = view.getUint16(vtable, true)
  const position = (field: number) => {
    const slot = 4 + 2 * field
    const offset = slot < vtableSize ? view.getUint16(vtable + slot, true) : 0
    return offset === 0 ? 0 : at + offset
  }
  const vector = (field: number) => {
    const start = position(field)
    if (start === 0) return { count: 0, items: 0 }
    const header = follow(start)
    return { count: view.getUint32(header, true), items: header + 4 }
  }
  const bytes = (field: number) => {
    const { count, items } = vector(field)
    return new Uint8Array(view.buffer, view.byteOffset + items, count)
  }
  return {
    integer: (field, fallback) => (position(field) ? view.getInt32(position(field), true) : fallback),
    byte: (field, fallback) => (position(field) ? view.getInt8(position(field)) : fallback),
    text: (field) => new TextDecoder().decode(bytes(field)),
    integers: (field) => {
      const { count, items } = vector(field)
      return Array.from({ length: count }, (_, index) => view.getInt32(items + 4 * index, true))
    },
    bytes,
    table: (field) => (position(field) ? tableAt(view, follow(position(field))) : null),
    tables: (field) => {
      const { count, items } = vector(field)
      return Array.from({ length: count }, (_, index) => tableAt(view, follow(items + 4 * index)))
    }
  }
}
