/** Of every object of the settings: a key that nobody knows is a mistake, not a wish for later. */
export const closed = { additionalProperties: false }
