import { describe, expect, it } from 'vitest';
import { HeldRevocations } from '../../src/tokens/pushed/held-revocations.ts';
import { denialMark, keyMark, marksOf } from '../../src/tokens/pushed/marks.ts';
import { manualClock } from '../manual-clock.ts';

describe('what is held in memory', () => {
  const marks = (jti: string) => marksOf({ userId: 'user-1', jti, familyId: 'f', deviceId: 'phone', keyId: 'k' });

  it('is dropped when its tokens have expired, a part at a time', () => {
    const clock = manualClock();
    const held = new HeldRevocations(clock);
    const inSeconds = (seconds: number) => clock.now() + seconds * 1_000;
    for (let n = 0; n < 1_000; n++) {
      held.add({ mark: denialMark({ userId: 'user-1', jti: String(n) }), untilMs: inSeconds(n < 400 ? 10 : 20) });
      held.add({ mark: `cut-off ${n}`, untilMs: inSeconds(n < 300 ? 10 : 20), beforeMs: 1 });
    }
    clock.advance(11_000);
    for (let n = 0; n < 10; n++) held.sweep(100);
    expect([held.denials, held.cutOffs]).toEqual([600, 1_000]);
    for (let n = 0; n < 11; n++) held.sweep(100);
    expect([held.denials, held.cutOffs]).toEqual([600, 700]);
    expect(held.isRevoked(marks('399'), 0)).toBe(false);
    expect(held.isRevoked(marks('400'), 0)).toBe(true);
    clock.advance(10_000);
    expect(held.isRevoked(marks('400'), 0)).toBe(false);
    for (let n = 0; n < 20; n++) held.sweep(100);
    expect([held.denials, held.cutOffs]).toEqual([0, 0]);
  });

  it('moves forward only, in whatever order it is told', () => {
    const clock = manualClock();
    const held = new HeldRevocations(clock);
    const [cutOff = ''] = marks('1').cutOffs;
    held.add({ mark: cutOff, untilMs: clock.now() + 5_000, beforeMs: 900 });
    held.add({ mark: cutOff, untilMs: clock.now() + 9_000, beforeMs: 400 });
    held.add({ mark: keyMark('k'), untilMs: clock.now() + 20_000 });
    held.add({ mark: keyMark('k'), untilMs: clock.now() + 1_000 });
    clock.advance(8_000);
    expect(held.isRevoked(marksOf({ userId: 'user-1', jti: '1' }), 899)).toBe(true);
    expect(held.isRevoked(marksOf({ userId: 'user-1', jti: '1' }), 900)).toBe(false);
    expect(held.isRevoked(marksOf({ userId: 'user-1', jti: '1', keyId: 'k' }), 900)).toBe(true);
    expect(held.isRevoked(marksOf({ userId: 'user-1', jti: '1', keyId: 'other' }), 900)).toBe(false);
  });
});
