import { phrases } from '../phrases.ts'

// How a file that was copied, and its copy, are told apart. Lower case, straight apostrophes.

/** Between a file that is made and the one that it is a copy of. */
export const COPY_OF = phrases('from, a copy of, as a copy of, a duplicate of, as a duplicate of, out of')

export const ORIGINAL = phrases(`
  the original, the original one, the original file, the old one, the old file, the source, the source file, the first one, the former
`)

export const COPY_OF_IT = phrases(`
  the copy, the copied file, the copied one, the new one, the new file, the new copy, the duplicate, the second one, the latter
`)

export const ORIGINALS = phrases(
  'the originals, the original files, the original ones, the old ones, the old files, the sources',
)

export const COPIES = phrases(
  'the copies, the copied files, the new ones, the new files, the new copies, the duplicates',
)
