import fc from 'fast-check'

/** How many cases a property runs: few in `npm test`, many in `npm run test:deep`. A property that is slow scales it down itself. */
export const propertyRuns = process.env['DEEP'] === '1' ? 5_000 : 100

fc.configureGlobal({ numRuns: propertyRuns })

// A rejection that nobody handles is a defect of ours (THREATS T29): mocha turns it into a failure of the run.
process.on('unhandledRejection', (reason) => {
  throw reason
})
