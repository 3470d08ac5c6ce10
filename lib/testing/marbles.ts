import { deepStrictEqual } from 'node:assert'
import { TestScheduler } from 'rxjs/testing'

/** What a marble test works with: `cold`, `hot`, `expectObservable`, `expectSubscriptions`, `time`, `flush`, `animate`. */
export type Marbles = Parameters<Parameters<TestScheduler['run']>[0]>[0]

/**
 * Runs a marble test in virtual time and throws when what was expected did not happen. The scheduler is handed along for what takes
 * one.
 *
 * ```ts
 * runMarbles(({ cold, expectObservable }) => {
 *   expectObservable(cold('a-b|').pipe(filter((value) => value === 'b'))).toBe('--b|')
 * })
 * ```
 */
export function runMarbles(test: (marbles: Marbles, scheduler: TestScheduler) => void): void {
  const scheduler = new TestScheduler((actual, expected) => deepStrictEqual(actual, expected))
  scheduler.run((marbles) => test(marbles, scheduler))
}
