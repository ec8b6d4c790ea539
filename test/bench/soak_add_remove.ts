/** Thousands of cameras that come and go in one pipeline: what each leaves behind (design section 3). */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { leakOf } from '../world/leak.ts'
import { writeNullModel } from './null_model.ts'

const SIDE = 96
const LIMIT_BYTES = 256

export async function soakAddRemove(cycles: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'vedette-soak-'))
  try {
    const model = await writeNullModel(folder, SIDE, [SIDE / 2, SIDE / 2, 20, 20, 0.9])
    const { bytesPerCycle, threads, descriptors } = await leakOf('add-remove', cycles, model)
    console.log(`${cycles} cycles: a camera is added, analysed and removed beside one that stays`)
    console.log(`Pss         ${bytesPerCycle.toFixed(1)} bytes a cycle over the last 80 % (limit ${LIMIT_BYTES})`)
    console.log(`threads     ${threads.at50} at cycle 50, ${threads.end} at the end`)
    console.log(`descriptors ${descriptors.at50} at cycle 50, ${descriptors.end} at the end`)
  } finally {
    await rm(folder, { recursive: true })
  }
}
