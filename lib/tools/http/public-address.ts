import { BlockList, isIP } from 'node:net'

// The special-purpose registries of IANA: everything that is not an address of somebody out there.
const PRIVATE_IPV4 = [
  '0.0.0.0/8', // "this" network
  '10.0.0.0/8',
  '100.64.0.0/10', // carrier-grade NAT
  '127.0.0.0/8',
  '169.254.0.0/16', // link-local, where clouds keep their credentials
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // relays of 6to4
  '192.168.0.0/16',
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
]

/** Of IPv6 only this is given out, so that all else (loopback, IPv4-mapped, NAT64, unique local, link-local, multicast) is not public. */
const GIVEN_OUT_IPV6 = '2000::/3'

/** Given out, but for special purposes; those that hold an IPv4 address could lead anywhere. */
const PRIVATE_IPV6 = [
  '2001::/23', // Teredo, ORCHID and others
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4
  '3fff::/20', // documentation
]

const privateAddresses = listOf([...PRIVATE_IPV4, ...PRIVATE_IPV6])
const givenOut = listOf([GIVEN_OUT_IPV6])

/** Whether `address`, as an IP address is written, is one of the public Internet. What is no IP address is not. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !privateAddresses.check(address, 'ipv4')
    case 6:
      // a zone, as in fe80::1%eth0, is only had by what is not public
      return !address.includes('%') && givenOut.check(address, 'ipv6') && !privateAddresses.check(address, 'ipv6')
    default:
      return false
  }
}

function listOf(subnets: readonly string[]): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [network = '', prefix] = subnet.split('/')
    list.addSubnet(network, Number(prefix), isIP(network) === 6 ? 'ipv6' : 'ipv4')
  }
  return list
}
