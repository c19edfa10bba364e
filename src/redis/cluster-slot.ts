/**
 * The cluster slot of a key: CRC16/XMODEM of its `{hash tag}`, or of the whole, over 16,384. The clients know it too but
 * do not say it, and it is needed for commands in which they find no key.
 */
export function clusterSlot(key: string): number {
  const tag = /^[^{]*\{([^}]+)\}/.exec(key)?.[1];
  let crc = 0;
  for (const byte of Buffer.from(tag ?? key)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
  }
  return crc & 0x3fff;
}
