/** `up/inventory`: what the box is. `up/catalog`: what its numbers mean. Both retained. */
import Type, { type Static } from 'typebox'
import { Count, Id, Name, Sha256, Text, Version } from './scalars.ts'

const Unknown = Type.Union([Text, Type.Null()])

/** What kind of machine it is to NVIDIA's software. */
const Platform = Type.Object({
  kind: Type.Union([Type.Literal('jetson'), Type.Literal('sbsa'), Type.Literal('dgpu'), Type.Literal('none')]),
  /** Jetson: `R36.4.3`. */
  l4t: Unknown,
  cuda: Unknown,
  tensorrt: Unknown,
  gpuMemoryBytes: Type.Union([Count, Type.Null()]),
  computeCapability: Unknown,
  /** Jetson: `MAXN_SUPER, clocks held`. */
  powerMode: Unknown
})

/** What `vedette doctor` finds wrong or doubtful in the machine, and what to do about it. */
const Finding = Type.Object({
  check: Name,
  state: Type.Union([Type.Literal('warning'), Type.Literal('wrong')]),
  found: Text,
  remedy: Text
})

export const Inventory = Type.Object({
  v: Version,
  agentVersion: Name,
  hostname: Name,
  hardware: Type.Object({ model: Unknown, cpu: Unknown, cores: Count, memoryBytes: Count, gpu: Unknown }),
  os: Type.Object({ name: Unknown, kernel: Unknown, arch: Name }),
  pipeline: Type.Object({
    family: Type.Union([Type.Literal('cpu'), Type.Literal('deepstream')]),
    gstreamer: Name,
    onnxRuntime: Unknown,
    deepstream: Unknown,
    driver: Unknown,
    /** Decoders that can be made, by codec, best first. */
    decoders: Type.Record(Type.String(), Type.Array(Name)),
    /** Encoders that have encoded a picture, by codec; absent until they were tried. */
    encoders: Type.Optional(Type.Record(Type.String(), Type.Array(Name))),
    missing: Type.Array(Name)
  }),
  platform: Type.Optional(Platform),
  /** Absent until the machine was examined. */
  findings: Type.Optional(Type.Array(Finding, { maxItems: 100 })),
  /** Addresses of the box's own interfaces, for the person who goes looking for it. */
  addresses: Type.Array(Name),
  /** X25519, raw, base64: camera credentials are sealed to it. */
  publicKey: Type.String({ pattern: '^[A-Za-z0-9+/]{43}=$' })
})
export type Inventory = Static<typeof Inventory>

export const Catalog = Type.Object({
  v: Version,
  /** SHA-256 over the RFC 8785 form of {cameras, classes, model}; every FrameBatch names it. */
  hash: Sha256,
  /** cameras[i] is the id of the camera with index i; null is an index no longer used. */
  cameras: Type.Array(Type.Union([Id, Type.Null()])),
  /** classes[i] is the label of class i of the running model. */
  classes: Type.Array(Name),
  model: Type.Union([Type.Object({ name: Name, version: Name, sha256: Sha256 }), Type.Null()])
})
export type Catalog = Static<typeof Catalog>
