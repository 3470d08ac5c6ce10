import fc from 'fast-check'

const deep = process.env['DEEP'] === '1'

/** How many cases a property runs: few in `npm test`, many in `npm run test:deep`. A property that is slow scales it down itself. */
export const propertyRuns = deep ? 5_000 : 100

// `npm test` plays the same cases every time: what turns red was turned red by the change at hand, on every machine. New cases are
// looked for by `npm run test:deep`, and what it finds becomes a spec of its own.
fc.configureGlobal({ numRuns: propertyRuns, ...(!deep && { seed: 20_261_125 }) })

// A rejection that nobody handles is a defect of ours (THREATS T29): mocha turns it into a failure of the run.
process.on('unhandledRejection', (reason) => {
  throw reason
})
