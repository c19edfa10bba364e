import { InvalidOptionError } from '../errors.ts';
import { wholeNumber } from '../option-checks.ts';
import { isDeviceType, otherType, type SessionDevice } from './device.ts';
import type { SessionClient } from './store.ts';
import type { WhenFull } from './user-sessions.ts';

/** Keeps a list of each user's sessions, and limits how many there may be. */
export interface DeviceOptions {
  /** Most sessions of one user, 1 to 1000; 1 is a single login. @default no limit */
  readonly perUser?: number;
  /**
   * Most sessions of one user on devices of one type, 1 to 1000: the same for every type, or by type. Types that are not
   * named have no limit.
   * @default no limit
   */
  readonly perDeviceType?: number | Readonly<Record<string, number>>;
  /**
   * When a limit is met: `'evict-oldest'` ends the sessions that were opened first, `'reject'` refuses the login
   * (`SessionLimitError`), `'allow'` only tells it (`session.limit.met`).
   * @default 'evict-oldest'
   */
  readonly whenFull?: WhenFull;
  /**
   * What is known of a device from its client, when `login` is not told: put your user agent parser here.
   * @default nothing: the type is `other`
   */
  readonly describe?: (client: SessionClient) => SessionDevice | undefined;
}

export interface DevicePolicy {
  readonly perUser: number | undefined;
  readonly whenFull: WhenFull;
  perDeviceType(type: string): number | undefined;
  describe(client: SessionClient): SessionDevice | undefined;
}

const most = 1_000;

/** @throws InvalidOptionError */
export function devicePolicy(options: true | DeviceOptions): DevicePolicy {
  if (options !== true && (typeof options !== 'object' || options === null)) {
    throw new InvalidOptionError('session.devices', 'true or { perUser, perDeviceType, whenFull, describe }');
  }
  const {
    perUser,
    perDeviceType,
    whenFull = 'evict-oldest',
    describe = () => undefined,
  } = options === true ? {} : options;
  if (!['allow', 'evict-oldest', 'reject'].includes(whenFull)) {
    throw new InvalidOptionError('session.devices.whenFull', "'allow', 'evict-oldest' or 'reject'");
  }
  if (typeof describe !== 'function') throw new InvalidOptionError('session.devices.describe', 'a function');
  return {
    perUser: perUser === undefined ? undefined : wholeNumber('session.devices.perUser', perUser, 1, most),
    whenFull,
    perDeviceType: limitByType(perDeviceType),
    describe,
  };
}

function limitByType(given: DeviceOptions['perDeviceType']): (type: string) => number | undefined {
  if (given === undefined) return () => undefined;
  if (typeof given !== 'object' || given === null) {
    const limit = wholeNumber('session.devices.perDeviceType', given, 1, most);
    return () => limit;
  }
  const limits = new Map<string, number>();
  for (const [type, limit] of Object.entries(given)) {
    const option = `session.devices.perDeviceType.${type}`;
    if (!isDeviceType(type)) throw new InvalidOptionError(option, 'named with 1 to 12 characters of a-z 0-9 -');
    limits.set(type, wholeNumber(option, limit, 1, most));
  }
  return (type) => limits.get(type);
}

export function typeOf(device: SessionDevice | undefined): string {
  return device?.type ?? otherType;
}
