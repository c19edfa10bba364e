import { describe, expect, it } from 'vitest';
import { chooseProgress, type ProgressOptions } from '../../src/run/choose-progress.ts';

/** Says one line and tells on which stream it came out: a moving list belongs to standard output. */
function streamOf(
  changed: { stdoutTty?: boolean; stderrTty?: boolean; columns?: number } & Partial<ProgressOptions>,
): string {
  const written: string[] = [];
  const stream = (name: string, isTTY: boolean) =>
    ({ isTTY, columns, write: (text: string) => written.push(`${name}: ${text}`) }) as unknown as NodeJS.WriteStream;
  const { stdoutTty = true, stderrTty = true, columns = 80, ...rest } = changed;
  chooseProgress({
    stdout: stream('stdout', stdoutTty),
    stderr: stream('stderr', stderrTty),
    env: { TERM: 'xterm' },
    quietStdout: false,
    ...rest,
  }).say('hello');
  return written.join('');
}

describe('progress', () => {
  it('moves on a terminal', () => {
    expect(streamOf({})).toBe('stdout: hello\n');
  });

  it.each([
    ['without a terminal', { stdoutTty: false }],
    ['when errors go to a file', { stderrTty: false }],
    ['with NO_COLOR', { env: { TERM: 'xterm', NO_COLOR: '1' } }],
    ['on a build server', { env: { TERM: 'xterm', CI: 'true' } }],
    ['on a dumb terminal', { env: { TERM: 'dumb' } }],
    ['on a terminal without columns', { columns: 0 }],
    ['with --json', { quietStdout: true }],
  ])('is plain lines on standard error %s', (_, changed) => {
    expect(streamOf(changed)).toBe('stderr: hello\n');
  });

  it('moves all the same when NO_COLOR is set to nothing', () => {
    expect(streamOf({ env: { TERM: 'xterm', NO_COLOR: '' } })).toBe('stdout: hello\n');
  });
});
