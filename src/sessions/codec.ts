/** An encoded value as it is stored. Its first byte says which codec and version wrote it. */
export type RawValue = string | Buffer;

/** How session values become bytes and back. */
export interface SessionCodec {
  readonly name: string;
  /** True when `encode` gives a `Buffer`; replies are then read as bytes. */
  readonly binary: boolean;
  encode(value: unknown): RawValue;
  /** @throws SessionUndecodableError for a first byte it does not know, or content that does not parse. */
  decode(raw: RawValue): unknown;
}
