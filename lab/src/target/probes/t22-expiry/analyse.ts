/** What experiment 2.2 on a target concludes from what it saw. */
import type { Analysis, Judgement } from '../../../experiments/experiment.ts';
import type { Status } from '../../../experiments/wording.ts';
import { allClear } from '../../outcomes.ts';
import type { Outcome } from '../../visitor.ts';
import type { ExpiryWords } from './words.ts';

export type ExpiryAccess = {
  /** Since the login. */
  readonly atMs: number;
  readonly status: Status;
  readonly outcome: Outcome;
  /** Whether a browser would still have sent the cookie; `null` for a token. */
  readonly browserKeeps: boolean | null;
};

export type ExpiryObservations = {
  readonly ttlMs: number;
  readonly credential: 'cookie' | 'bearer';
  /** Of a user who comes again and again. */
  readonly accesses: readonly ExpiryAccess[];
  /** The one access of a user who stayed away for more than a lifetime. */
  readonly idle: ExpiryAccess;
};

/**
 * `sliding`: an access within the lifetime renews it. `absolute`: it ends a lifetime after the login, whatever the user
 * does. `unknown`: neither was seen clearly, or the session does not end when the file says.
 */
export type ExpiryKind = 'sliding' | 'absolute' | 'unknown';

/** An access this close to the end of a lifetime may fall on either side of it. */
const blurShare = 0.1;

function expiryKind({ ttlMs, accesses, idle }: ExpiryObservations): ExpiryKind {
  if (idle.outcome !== 'logged-out' || !allClear(accesses)) return 'unknown';
  const [first] = accesses;
  // Without a success within the first lifetime there was nothing to renew.
  if (first?.outcome !== 'recognised' || first.atMs > (1 - blurShare) * ttlMs) return 'unknown';
  const beyond = accesses.filter(({ atMs }) => atMs > (1 + blurShare) * ttlMs);
  if (beyond.length === 0 || !isSteady(accesses, ttlMs)) return 'unknown';
  if (beyond.every(({ outcome }) => outcome === 'recognised')) return 'sliding';
  return beyond.every(({ outcome }) => outcome === 'logged-out') ? 'absolute' : 'unknown';
}

/** Whether each access came well within a lifetime after the one before, which a busy machine can prevent. */
function isSteady(accesses: readonly ExpiryAccess[], ttlMs: number): boolean {
  return accesses.every(({ atMs }, index) => atMs - (accesses[index - 1]?.atMs ?? 0) <= (1 - blurShare) * ttlMs);
}

export function analyseExpiry(observations: ExpiryObservations, words: ExpiryWords): Analysis {
  const { ttlMs, accesses, idle } = observations;
  const kind = expiryKind(observations);
  const browser = judgeBrowser(observations, words);
  const verdicts = { sliding: 'confirmed', absolute: 'refuted', unknown: 'undecided' } as const;
  const row = (who: string, access: ExpiryAccess) => [
    who,
    Number((access.atMs / 1000).toFixed(2)),
    words.told(access),
    words.kept(access.browserKeeps),
  ];
  return {
    headline: words.headline(kind, ttlMs),
    tables: [{ ...words.table, rows: [...accesses.map((access) => row(words.active, access)), row(words.idle, idle)] }],
    charts: [],
    judgements: [
      { id: 'H1', verdict: verdicts[kind], evidence: words.evidence.accesses(accesses, ttlMs) },
      judgeIdle(observations, words),
      browser,
    ],
    findings: [
      ...(kind === 'unknown' ? [] : [words.findings[kind]]),
      ...(idle.outcome === 'recognised' ? [words.findings.outlives] : []),
      ...(browser.verdict === 'refuted' ? [words.findings.browserForgets] : []),
    ],
  };
}

function judgeIdle({ idle, ttlMs }: ExpiryObservations, words: ExpiryWords): Judgement {
  const evidence = words.evidence.idle(idle, ttlMs);
  if (!allClear([idle])) return { id: 'H2', verdict: 'undecided', evidence };
  return { id: 'H2', verdict: idle.outcome === 'logged-out' ? 'confirmed' : 'refuted', evidence };
}

/** A cookie with an end of its own, which no answer moves, ends the session for the user however long the server keeps it. */
function judgeBrowser({ accesses, credential }: ExpiryObservations, words: ExpiryWords): Judgement {
  if (credential === 'bearer') return { id: 'H3', verdict: 'not-run', evidence: words.evidence.noCookie };
  const known = accesses.filter(({ outcome }) => outcome === 'recognised');
  const forgotten = known.filter(({ browserKeeps }) => browserKeeps === false).length;
  const evidence = words.evidence.browser(forgotten, known.length);
  if (known.length === 0) return { id: 'H3', verdict: 'undecided', evidence };
  return { id: 'H3', verdict: forgotten === 0 ? 'confirmed' : 'refuted', evidence };
}
