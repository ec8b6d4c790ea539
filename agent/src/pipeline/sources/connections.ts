/** Which camera has which slot of the native pipeline. Joining and leaving of one camera happen one after the other. */
import type { Pipeline, SourceDescription, SourceEvent } from '@vedette/native'
import type { Id } from '@vedette/protocol'

export type Slots = Pick<Pipeline, 'addSource' | 'removeSource' | 'setMaxAnalysedFps'>

interface Connection {
  slot: { slot: number; generation: number } | null
  /** The last join or leave that was asked for. */
  turn: Promise<void>
  isWanted: boolean
}

export class Connections {
  readonly #pipeline: Slots
  readonly #failed: (camera: Id, message: string) => void
  readonly #connections = new Map<Id, Connection>()
  readonly #bySlot = new Map<number, { camera: Id; generation: number; index: number }>()

  constructor(pipeline: Slots, failed: (camera: Id, message: string) => void) {
    this.#pipeline = pipeline
    this.#failed = failed
  }

  connect(camera: Id, source: SourceDescription): void {
    const connection = this.#of(camera)
    connection.isWanted = true
    connection.turn = connection.turn.then(async () => {
      if (!connection.isWanted || connection.slot) return
      try {
        connection.slot = await this.#pipeline.addSource(source)
        const { slot, generation } = connection.slot
        this.#bySlot.set(slot, { camera, generation, index: source.index })
      } catch (error) {
        this.#failed(camera, messageOf(error))
      }
    })
  }

  disconnect(camera: Id): void {
    const connection = this.#of(camera)
    connection.isWanted = false
    connection.turn = connection.turn.then(async () => {
      const held = connection.slot
      if (!held) return
      connection.slot = null
      this.#bySlot.delete(held.slot)
      // A source that does not leave keeps its slot; the camera gets another one.
      await this.#pipeline.removeSource(held.slot).catch((error) => this.#failed(camera, messageOf(error)))
    })
  }

  /** In its turn: a source that is about to join was described before. */
  pace(camera: Id, maxAnalysedFps: number): void {
    const connection = this.#of(camera)
    connection.turn = connection.turn.then(() => {
      if (connection.slot) this.#pipeline.setMaxAnalysedFps(connection.slot.slot, maxAnalysedFps)
    })
  }

  slotOf(camera: Id): number | undefined {
    return this.#connections.get(camera)?.slot?.slot
  }

  /** The camera in a slot; undefined when it has left since. */
  at(slot: number, generation: number): { camera: Id; index: number } | undefined {
    const found = this.#bySlot.get(slot)
    return found?.generation === generation ? found : undefined
  }

  /** Whose event it is. It may come before the promise that tells the slot. */
  of(event: SourceEvent): Id | undefined {
    const found = this.at(event.slot, event.generation)
    if (found) return found.camera
    const connection = this.#connections.get(event.name)
    return connection?.isWanted && !connection.slot && event.what !== 'removed' ? event.name : undefined
  }

  #of(camera: Id): Connection {
    let connection = this.#connections.get(camera)
    if (!connection) {
      connection = { slot: null, turn: Promise.resolve(), isWanted: false }
      this.#connections.set(camera, connection)
    }
    return connection
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
