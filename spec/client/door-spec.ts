import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { clientErrorCodes } from '../../lib/client/index.ts'

const textOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

describe('the page about the client', () => {
  const page = textOf('docs/client.md')

  it('says of everything that is exported what it is for, and of nothing else', () => {
    const door = textOf('lib/client/index.ts')
    const exported = [...door.matchAll(/\{([^}]+)\}/g)].flatMap(([, names = '']) => names.match(/\w+/g) ?? [])
    const section = page.slice(page.indexOf('## What is exported'))
    const rows = [...section.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) => cell.match(/\w+/g) ?? [])
    expect(exported).to.include.members(['connect', 'HostTypes'])
    expect([...rows].sort()).to.deep.equal([...exported].sort())
  })

  it('lists every code of the client’s own errors', () => {
    const section = page.slice(page.indexOf('## Errors'), page.indexOf('## Marbles'))
    for (const code of clientErrorCodes) expect(section).to.include(`\`${code}\``)
  })
})
