/** What the box lets its HTTP interface see and do. Made by the composition root. */
import type { GuestRequest } from './guest_sources.ts'
import type { BoxMetrics } from './metrics.ts'
import type { Detection } from './result.ts'
import type { Alert } from './routes/alerts.ts'
import type { HealthPage } from './routes/health.ts'
import type { Source } from './routes/sources.ts'

export interface Box {
  id: string
  name: string
  agentVersion: string
  /** Before every path, for addresses that are told. */
  prefix: string
  /** As people call it, of a stream as well. */
  cameraName(id: string): string
  health(): HealthPage
  /** All that helps to find a fault. */
  diagnosis(): Promise<unknown>
  metrics(): BoxMetrics
  /** Newest first, from before that one on; held null: those that were sent, too. */
  alerts(query: { held: boolean | null; limit: number; before: string | null }): Alert[]
  images: ImageBox
  sources: {
    list(): Omit<Source, 'viewers'>[]
    /** Starts a stream; its id. Throws an HttpFault. */
    add(request: GuestRequest): string
    remove(id: string): void
  }
  /** Pictures until it is closed. */
  tap(
    options: { camera: string; width: number; maxFps: number },
    onPicture: (picture: CameraPicture) => void
  ): { close(): void }
  /** Rejects with an HttpFault. */
  snapshot(camera: string, options: { width?: number; limitMs: number }): Promise<CameraPicture>
}

export interface CameraPicture {
  jpeg: Buffer
  width: number
  height: number
  ptsNs: bigint
}

/** Single pictures. Whatever cannot be done is an HttpFault. */
export interface ImageBox {
  /** Of one picture as it is sent. */
  maxBytes: number
  /** Name and version. */
  model(): string | null
  /** Room for so many pictures of so many bytes, before they are read; what it returns gives it back. */
  admit(pictures: number, bytes: number): () => void
  infer(bytes: Buffer, options: { annotate: boolean; signal: AbortSignal }): Promise<Inferred>
  /** Boxes onto a JPEG. */
  draw(jpeg: Buffer, detections: Detection[], signal: AbortSignal): Promise<Buffer>
  counts(): { waiting: number; inferred: number; failed: number; refused: number }
}

export interface Inferred {
  detections: Detection[]
  width: number
  height: number
  model: string | null
  /** The drawn picture where it was asked for. */
  jpeg: Buffer | null
}
