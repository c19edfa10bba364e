/** The sessions that the layouts keep: what an ordinary shop has of a signed-in visitor. */

interface CartLine {
  readonly sku: string;
  readonly quantity: number;
  readonly priceCents: number;
}

export interface VisitorData {
  readonly cart: readonly CartLine[];
  /** The page that was seen last: the field that is changed. */
  readonly page: string;
}

export interface VisitorRecord {
  readonly userId: string;
  readonly username: string;
  readonly role: string;
  readonly ipAddress: string;
  /** 111 characters, as long as today's browsers' are. */
  readonly userAgent: string;
  readonly data: VisitorData;
}

const userAgent =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

/** @param cartLines 3 make a cart that is longer than 64 bytes in every codec; with 0 all fields stay below. */
export function visitorRecord(index: number, cartLines: number): VisitorRecord {
  return {
    userId: String(100_000 + index),
    username: `visitor-${100_000 + index}`,
    role: 'customer',
    ipAddress: `198.51.100.${index % 256}`,
    userAgent,
    data: {
      cart: Array.from({ length: cartLines }, (_, line) => ({
        sku: `SKU-${10_000 + ((index * 7 + line * 13) % 90_000)}`,
        quantity: 1 + (line % 3),
        priceCents: 1_990 + line * 500,
      })),
      page: pageOf(index),
    },
  };
}

/** Of one length for all, so that a change of page does not change the size. */
export function pageOf(index: number): string {
  return `/products/${10_000 + (index % 90_000)}`;
}
