/** What can be proved: something that is run for a number of rounds, and is held to what was promised. */
export interface ProofOptions {
  readonly seed: number;
  readonly rounds: number;
  readonly onlyRound?: number | undefined;
  readonly peers: boolean;
  /** Is told before each round; rounds are counted from 1. */
  readonly onRound: (round: number, fault: string, subject: string) => void;
}

interface ProofResult {
  /** For `--json`. */
  readonly report: object;
  readonly table: string;
  /** Whether we kept every promise. What a peer does is shown; it is not ours to promise. */
  readonly isKept: boolean;
}

export interface Proof {
  /** What is typed after `npm run prove --`. */
  readonly name: string;
  readonly title: string;
  /** Whether others have made something that can be held to the same promises. */
  readonly hasPeers: boolean;
  /** npm packages whose versions belong beside the figures. */
  packages(peers: boolean): readonly string[];
  run(options: ProofOptions): Promise<ProofResult>;
}
