/** What "who am I" said, in words. */
import type { Status } from '../../experiments/wording.ts';
import type { Outcome } from '../visitor.ts';

export interface Told {
  readonly status: Status;
  readonly outcome: Outcome;
}

export const outcomeWords: Readonly<Record<Outcome, string>> = {
  recognised: 'knows the user',
  'logged-out': 'not logged in',
  'another-user': 'another user',
  unclear: 'neither',
  failed: 'failed',
};

export const outcomeWordsZh: Readonly<Record<Outcome, string>> = {
  recognised: '认得用户',
  'logged-out': '未登录',
  'another-user': '另一个用户',
  unclear: '无法判断',
  failed: '失败',
};

/** `302 (not logged in)` */
export function toldInWords({ status, outcome }: Told): string {
  return `${status} (${outcomeWords[outcome]})`;
}

/** `302（未登录）` */
export function toldInWordsZh({ status, outcome }: Told): string {
  return `${status}（${outcomeWordsZh[outcome]}）`;
}
