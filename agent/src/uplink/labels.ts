/** Names of the classes of one model: as text, and as the JSON string that messages carry. */
export class Labels {
  readonly #classes: readonly string[]
  readonly #json: (Buffer | undefined)[] = []

  constructor(classes: readonly string[]) {
    this.#classes = classes
  }

  of(classId: number): string {
    return this.#classes[classId] ?? `class ${classId}`
  }

  json(classId: number): Buffer {
    if (classId >= this.#classes.length) return Buffer.from(JSON.stringify(this.of(classId)))
    this.#json[classId] ??= Buffer.from(JSON.stringify(this.of(classId)))
    return this.#json[classId]
  }
}
