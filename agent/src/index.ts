/** The agent's public entry: what measurements outside of it need. Boxes start through cli.ts. */

export type { EngineConfig } from './pipeline/channel/engine_config.ts'
export { Engine } from './pipeline/engine.ts'
export { encodeFrame } from './uplink/testing/encoded_frame.ts'
export { Uplink } from './uplink/uplink.ts'
