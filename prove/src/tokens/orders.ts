/** What the processes of a round are told, besides what each stage tells. */
export interface ServerOrders {
  /** A file with all tokens, one per line. */
  readonly tokensFile: string;
  readonly secret: string;
  readonly leaseMs: number;
  readonly deadlineMs: number;
}

export interface RevokerOrders extends ServerOrders {
  readonly first: number;
  /** It revokes each so-manieth. */
  readonly every: number;
  readonly atOnce: number;
}
