/**
 * What brings alerts to people: one for each entry of `alerts.handlers`. Each has a queue of its own and gets one alert
 * at a time, so that none holds up another.
 */
import type { Severity } from '@vedette/protocol'
import type { Alert } from './alert.ts'

export interface Delivered extends Alert {
  /** JPEG of the camera with the box drawn, where there is one and the handler takes it. */
  picture: Uint8Array | null
}

export interface AlertHandler {
  readonly name: string
  /** Alerts that are less grave do not go to it. */
  readonly minSeverity: Severity
  /** An alert waits a moment for its picture. */
  readonly takesPicture: boolean
  /**
   * Resolves when the alert has arrived. Rejects when it has not: it comes again later, with the same `id`, unless the
   * error is a `RefusedAlert`. Ends with the signal.
   */
  handle(alert: Delivered, signal: AbortSignal): Promise<void>
  stop?(): Promise<void>
}

/** It would be refused again: it is given up. */
export class RefusedAlert extends Error {
  override name = 'RefusedAlert'
}

/** The receiver says when to come again. */
export class ComeAgain extends Error {
  override name = 'ComeAgain'
  readonly afterMs: number
  constructor(message: string, afterMs: number) {
    super(message)
    this.afterMs = afterMs
  }
}
