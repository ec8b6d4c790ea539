/** The log as it lies on the disk, read and followed across rotations. */
export { lastLines } from './log_reading/log_files.ts'
export { followLog } from './log_reading/log_follower.ts'
