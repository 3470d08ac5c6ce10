import type { Cursor } from './cursor.ts'

/** Where what is wanted ends: before courtesies and marks. */
export function endOfWish(cursor: Cursor): number {
  return cursor.lookAhead(() => {
    while (cursor.index < cursor.tokens.length && !cursor.isDone()) cursor.index++
    return cursor.index
  })
}

/** The source of the clause from the cursor to {@link endOfWish}, brackets and all. */
export function restOfWish(cursor: Cursor): string {
  return cursor.source(cursor.index, endOfWish(cursor))
}
