import { expect } from 'chai'
import { main } from '../../examples/resume.ts'
import { createRecording, withFolder, withServer } from './fixtures.ts'

describe('the example that outlives its server', () => {
  it('runs its workflow, and tells how the link and the nodes stand', async () => {
    await withFolder((folder) =>
      withServer({ PRAXIS_WORKSPACE: folder, LOG_LEVEL: 'silent' }, async (door) => {
        const out = createRecording()
        expect(await main({ argv: [door], env: {}, stdout: out })).to.equal(0)
        const lines = out.text().split('\n')
        expect(lines.slice(0, 5)).to.deep.equal([
          '- connecting',
          '  write pending',
          '  copy pending',
          '  read pending',
          '- live',
        ])
        expect(lines).to.include.members(['  write running', '  read completed'])
        expect(lines.at(-3)).to.match(/^completed: \{.*still here/)
        expect(lines.at(-2)).to.equal('- closed: closed by the client (1000)')
      }),
    )
  })

  it('tells that it is not wanted', async () => {
    await withFolder((folder) =>
      withServer({ PRAXIS_WORKSPACE: folder, LOG_LEVEL: 'silent' }, async (door) => {
        const out = createRecording()
        const url = `${door}?types=nothing.known`
        expect(await main({ argv: [], env: { PRAXIS_URL: url }, stdout: out })).to.equal(1)
        expect(out.text())
          .to.match(/- waiting: try 1 in \d+ ms\n/)
          .and.match(/- closed: INVALID_QUERY: .* \(400\)\n/)
      }),
    )
  })
})
