import { InvalidOptionError } from '../../errors.ts';
import { wholeNumber } from '../../option-checks.ts';
import { checkNamespace, defaultNamespace } from '../../redis/keys.ts';

export interface AuditTokensOptions {
  /** Prefix of all keys. @default 'sallyport' */
  readonly namespace?: string;
  /** Tokens that expire within this time are listed, 0 to a year. @default 300 */
  readonly expiringWithinSeconds?: number;
  /** Mends what is found, instead of only telling it. @default nothing is changed */
  readonly repair?: TokenRepairOptions;
  /** About how many keys one SCAN looks at, 10 to 10000. @default 500 */
  readonly scanCount?: number;
  /** How long the server is left alone after each SCAN, 0 to 10000. @default 5 */
  readonly pauseMs?: number;
  /** How many findings are kept one by one; all are counted. 0 to 1000000. @default 1000 */
  readonly maxFindings?: number;
  /** Ends the audit after the keys under way; what was found until then is returned. */
  readonly signal?: AbortSignal;
  /** Told after each SCAN. Must not throw. */
  readonly onProgress?: (progress: AuditProgress) => void;
}

export interface TokenRepairOptions {
  /**
   * The option `maxTtlSeconds` of your tokens, or more: a revoked token whose entry has no time to live is forgotten
   * after it (and ten minutes more), and one that lived longer would be good again.
   */
  readonly maxTtlSeconds: number;
  /** The option `pairs.refreshTtlSeconds`: the time to live for a family that has none. @default 604800 (7 days) */
  readonly refreshTtlSeconds?: number;
}

export interface AuditProgress {
  /** About how many keys of the server have been looked at, whosever they are. */
  readonly lookedAt: number;
  /** How many there were when the audit began. */
  readonly total: number;
  readonly problems: number;
}

export interface AuditSettings {
  readonly prefix: string;
  readonly namespace: string;
  readonly expiringWithinMs: number;
  readonly repair: { readonly accessMs: number; readonly refreshMs: number } | undefined;
  readonly scanCount: number;
  readonly pauseMs: number;
  readonly maxFindings: number;
}

const yearSeconds = 31_536_000;
/** The largest `clockToleranceSeconds`, and as much again for an issue, or an `issuedBefore`, that lies ahead. */
const marginSeconds = 600;

/** @throws InvalidOptionError */
export function checkAuditOptions(options: AuditTokensOptions): AuditSettings {
  const { namespace = defaultNamespace, repair } = options;
  if (repair !== undefined && (typeof repair !== 'object' || repair === null)) {
    throw new InvalidOptionError('repair', 'an object with maxTtlSeconds');
  }
  return {
    namespace: checkNamespace(namespace),
    prefix: `${namespace}:token:`,
    expiringWithinMs:
      wholeNumber('expiringWithinSeconds', options.expiringWithinSeconds ?? 300, 0, yearSeconds) * 1_000,
    repair:
      repair === undefined
        ? undefined
        : {
            accessMs:
              (wholeNumber('repair.maxTtlSeconds', repair.maxTtlSeconds, 1, yearSeconds) + marginSeconds) * 1_000,
            refreshMs:
              wholeNumber('repair.refreshTtlSeconds', repair.refreshTtlSeconds ?? 604_800, 1, yearSeconds) * 1_000,
          },
    scanCount: wholeNumber('scanCount', options.scanCount ?? 500, 10, 10_000),
    pauseMs: wholeNumber('pauseMs', options.pauseMs ?? 5, 0, 10_000),
    maxFindings: wholeNumber('maxFindings', options.maxFindings ?? 1_000, 0, 1_000_000),
  };
}
