/** Which classes of a model are meant by labels. */
export type ClassSet = Uint8Array | null

/** null: all. Labels that the model does not have are none of its classes. */
export function classSet(wanted: readonly string[] | undefined, labels: readonly string[]): ClassSet {
  if (wanted === undefined || wanted.length === 0) return null
  return Uint8Array.from(labels, (label) => (wanted.includes(label) ? 1 : 0))
}

export function hasClass(set: ClassSet, classId: number): boolean {
  return set === null || set[classId] === 1
}
