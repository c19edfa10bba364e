import type { Clock } from '../../clock.ts';
import { emit } from '../../telemetry/events.ts';
import type { Authenticated } from '../authenticate.ts';
import { TokenRevokedError } from '../errors.ts';
import { VerifiedCache } from '../verified-cache.ts';
import { createUseMerging } from './merge-uses.ts';
import type { AbuseSettings } from './options.ts';
import { TokenUses } from './token-uses.ts';

/** Counts the uses of tokens in this process, and acts on those that are used too often here or on all servers. */
export interface UseCounting {
  /**
   * Counts a use that nothing else refused. Waits for nothing.
   * @throws TokenRevokedError when the token is used too often, and such tokens are taken back
   */
  count(token: Authenticated): void;
  /** What the timer does: stores what was taken back and not stored yet, and tells the store of the uses. */
  merge(): Promise<void>;
  /** Tells the store no more. Resolves when what is under way has ended and what was taken back was tried once more. */
  close(): Promise<void>;
}

const minuteMs = 60_000;
/** A use that the store let pass so long after a token was taken back had not been asked about before. */
const storedSinceMs = 5_000;
/** Tokens that are taken back at the same time. */
const maxRevokedAtOnce = 100;

export function createUseCounting(
  settings: AbuseSettings,
  { clock, revoke }: { readonly clock: Clock; revoke(token: Authenticated): Promise<void> },
): UseCounting {
  const { maxUses, revokes, mergeEveryMs, maxTokens } = settings;
  /** Each server may keep so many uses of a token to itself: most tokens never come to more, and cost no call. */
  const localShare = Math.floor(maxUses / 50);
  const counted = new VerifiedCache<TokenUses>(maxTokens);
  /** Refused here, and not known to be stored as revoked. */
  const unstored = new Set<TokenUses>();
  const merging = createUseMerging(settings, clock, (uses, answer) => {
    if (answer.status === 'found') abused(uses, answer.uses);
    // The server that found it tells of it and takes it back; here it is refused at once.
    if (answer.status === 'known') heard(uses);
  });
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<void> | undefined;
  let isClosed = false;

  const alarmEnd = () => (revokes ? Number.POSITIVE_INFINITY : clock.now() + minuteMs);

  function usesOf(token: Authenticated): TokenUses {
    let uses = counted.get(token.useKey);
    if (uses === undefined) {
      uses = new TokenUses(token);
      counted.set(token.useKey, uses);
    }
    return uses;
  }

  function heard(uses: TokenUses): void {
    uses.alarmedUntilMs = alarmEnd();
    uses.isTakenBack = revokes;
    uses.storedAtMs = clock.now();
  }

  function abused(uses: TokenUses, times: number): void {
    if (clock.now() < uses.alarmedUntilMs) return;
    uses.alarmedUntilMs = alarmEnd();
    const { sid } = uses.token.claims;
    emit('token.abused', {
      ...ownerOf(uses),
      ...(sid === undefined ? {} : { familyId: sid }),
      uses: times,
      action: revokes ? 'revoke' : 'alert',
    });
    if (!revokes) return;
    uses.isTakenBack = true;
    unstored.add(uses);
    void storeRevocation(uses);
  }

  /** Tried again by the timer until it is stored, or the token has expired. */
  async function storeRevocation(uses: TokenUses): Promise<void> {
    try {
      await revoke(uses.token);
      uses.storedAtMs = clock.now();
      unstored.delete(uses);
    } catch (error) {
      if (!uses.isFailureTold) emit('token.abused.unstored', { ...ownerOf(uses), error });
      uses.isFailureTold = true;
      schedule();
    }
  }

  async function storeRevocations(): Promise<void> {
    const first: TokenUses[] = [];
    for (const uses of unstored) {
      // Beyond its end and any tolerance an entry would be of no use.
      if (clock.now() > uses.token.claims.exp * 1_000 + 300_000) unstored.delete(uses);
      else if (first.length < maxRevokedAtOnce) first.push(uses);
    }
    await Promise.all(first.map(storeRevocation));
  }

  /** For the store let it pass: whoever was to take it back there did not come to it, or the store has lost it. */
  function storeAgain(uses: TokenUses): void {
    if (clock.now() - uses.storedAtMs < storedSinceMs || unstored.size >= maxTokens) return;
    unstored.add(uses);
    schedule();
  }

  function schedule(): void {
    if (timer !== undefined || isClosed) return;
    timer = setTimeout(() => {
      void merge();
    }, mergeEveryMs).unref();
  }

  function merge(): Promise<void> {
    underWay ??= Promise.all([storeRevocations(), merging.merge()]).then(() => {
      underWay = undefined;
      clearTimeout(timer);
      timer = undefined;
      if (unstored.size > 0 || merging.isWaiting) schedule();
    });
    return underWay;
  }

  return {
    count: (token) => {
      const uses = usesOf(token);
      if (uses.isTakenBack) {
        storeAgain(uses);
        throw new TokenRevokedError();
      }
      uses.add(clock.now());
      if (uses.untold > localShare) {
        merging.note(uses);
        schedule();
      }
      if (uses.total > maxUses) abused(uses, uses.total);
      if (uses.isTakenBack) throw new TokenRevokedError();
    },
    merge,
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await underWay;
      await storeRevocations();
    },
  };
}

function ownerOf({ token: { claims } }: TokenUses): { userId: string; jti: string } {
  return { userId: claims.sub, jti: claims.jti ?? '' };
}
