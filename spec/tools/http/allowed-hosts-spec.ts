import { expect } from 'chai'
import { allowedHosts, isHostEntry } from '../../../lib/tools/http/allowed-hosts.ts'

function allows(entries: readonly string[], url: string): boolean {
  return allowedHosts(entries)(new URL(url))
}

describe('allowedHosts', () => {
  it('allows a host and nothing that looks like it', () => {
    const entries = ['example.com']
    for (const url of ['http://example.com', 'https://EXAMPLE.com./x', 'https://example.com:8443']) {
      expect(allows(entries, url), url).to.equal(true)
    }
    for (const host of ['www.example.com', 'example.com.evil.org', 'badexample.com', 'example.co', 'exаmple.com']) {
      expect(allows(entries, `https://${host}`), host).to.equal(false)
    }
    expect(allows(entries, 'https://evil.org/?example.com')).to.equal(false)
    expect(allows(entries, 'https://example.com@evil.org/')).to.equal(false)
  })

  it('allows what is below a host, and not itself', () => {
    const entries = ['*.example.com']
    expect(allows(entries, 'https://a.b.example.com')).to.equal(true)
    for (const host of ['example.com', 'badexample.com', 'example.com.evil.org']) {
      expect(allows(entries, `https://${host}`), host).to.equal(false)
    }
  })

  it('allows one port where one is given', () => {
    expect(allows(['example.com:8080'], 'http://example.com:8080')).to.equal(true)
    expect(allows(['example.com:8080'], 'http://example.com')).to.equal(false)
    expect(allows(['example.com:443'], 'https://example.com')).to.equal(true)
    expect(allows(['example.com:80'], 'https://example.com')).to.equal(false)
  })

  it('knows an address and a name in any spelling', () => {
    expect(allows(['[2001:DB8:0::1]'], 'http://[2001:db8::1]/')).to.equal(true)
    expect(allows(['1.2.3.4'], 'http://0x01020304/')).to.equal(true)
    expect(allows(['bücher.example'], 'https://xn--bcher-kva.example/')).to.equal(true)
  })

  it('allows nobody where nobody is named', () => {
    expect(allows([], 'https://example.com')).to.equal(false)
  })

  it('knows what is no entry', () => {
    const wrong = [
      '',
      '*',
      '*.',
      'https://example.com',
      'example.com/x',
      'a b',
      'a@b',
      'example.com:x',
      '*.*.com',
      '[::1',
      7,
    ]
    for (const entry of wrong) expect(isHostEntry(entry), String(entry)).to.equal(false)
    for (const entry of ['a', 'a.b', '*.a.b', 'a:1', '[::1]:80', '127.0.0.1']) expect(isHostEntry(entry)).to.equal(true)
  })
})
