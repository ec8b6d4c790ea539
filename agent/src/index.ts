/** The agent's public entry: what measurements outside of it need. Boxes start through cli.ts. */
export { encodeFrame, packFrames } from './uplink/encode_frame.ts'
export { Uplink } from './uplink/uplink.ts'
