/** The texts of the WebSocket frames that `wire` is made of, whole ones, as a server sends them. */
export function textsIn(wire: Buffer): readonly string[] {
  const texts: string[] = []
  let at = 0
  while (at < wire.length) {
    if (wire[at] !== 0x81) throw new Error(`no text frame begins at byte ${at}`)
    const short = wire.readUInt8(at + 1)
    const [begin, length] =
      short < 126
        ? [at + 2, short]
        : short === 126
          ? [at + 4, wire.readUInt16BE(at + 2)]
          : [at + 10, Number(wire.readBigUInt64BE(at + 2))]
    at = begin + length
    if (at > wire.length) throw new Error(`the last frame is cut: ${at - wire.length} bytes are missing`)
    texts.push(wire.toString('utf8', begin, at))
  }
  return texts
}
