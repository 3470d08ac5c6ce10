import * as fc from 'fast-check'

/** Texts of several hundred KiB, of one unit repeated: ASCII, what JSON escapes, pairs, lone surrogates, any mixture. */
export const longTexts: fc.Arbitrary<string> = fc
  .tuple(
    fc.oneof(
      fc.constantFrom('a', '"', '\\', '\n', '\u0000', 'é', '日', '😀', '\ud83d', '\ude00', 'a😀', '\ude00\ud83d'),
      fc
        .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 20 })
        .map((codes) => String.fromCharCode(...codes)),
    ),
    fc.integer({ min: 1, max: 400_000 }),
  )
  .map(([unit, length]) => unit.repeat(Math.ceil(length / unit.length)))

/** Whether every surrogate in `text` has its other half. */
export function isWellFormed(text: string): boolean {
  return Buffer.from(text).toString() === text
}
