/** A path. A relative one begins at the file that says it; from the environment or the command line, in the working folder. */
import Type from 'typebox'

export const FilePath = Type.String({ minLength: 1, maxLength: 4096, isPath: true })
