/** The strategy `motion`: where something moves, by what the pipeline gates inference with. In a process of its own. */
import { createMotionWatch, type MotionWatch, type RgbPicture } from '@vedette/native'

interface Frame extends RgbPicture {
  capturedUs: number
}

/** Numbers of an area: left, top, width, height, share that has changed. */
const STRIDE = 5

export default function makeMotionStrategy({ minArea = 0.002 }: { minArea?: number } = {}) {
  const watches = new Map<string, MotionWatch>()
  return {
    detect(frame: Frame, sourceId: string) {
      const watch = watches.get(sourceId) ?? createMotionWatch()
      watches.set(sourceId, watch)
      const numbers = watch.look(frame, BigInt(Math.round(frame.capturedUs)) * 1000n)
      return Array.from({ length: numbers.length / STRIDE }, (_, i) => {
        const [left, top, width, height, moving] = numbers.subarray(i * STRIDE, (i + 1) * STRIDE)
        return { confidence: moving!, box: [left!, top!, width!, height!] }
      })
    },
    shouldProcess: ({ box: [, , width, height] }: { box: number[] }) => width! * height! >= minArea
  }
}
