/** Major version of the protocol: second level of every topic, field `v` of every JSON message. */
export const VERSION = 1
