/** The names that reach an object's prototype; none of them is ever a param (THREATS T11). */
const POISONOUS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype'])

export function isPoisonousName(name: string): boolean {
  return POISONOUS.has(name)
}
