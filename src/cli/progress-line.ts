/** One line that moves, on a terminal; nothing everywhere else. */
import type { AuditProgress } from '../tokens/index.ts';

export interface ProgressLine {
  show(progress: AuditProgress): void;
  /** Takes the line away. */
  clear(): void;
}

/** Often enough for an eye. */
const everyMs = 100;

export function progressLine(
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'write'>,
  env: Readonly<Record<string, string | undefined>>,
): ProgressLine {
  // NO_COLOR (no-color.org) counts when it is not empty; a build server's log is no place for moving lines.
  const moves = stream.isTTY === true && env.TERM !== 'dumb' && (env.NO_COLOR ?? '') === '' && (env.CI ?? '') === '';
  if (!moves) return { show: () => {}, clear: () => {} };
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    show: ({ lookedAt, total, problems }) => {
      if (performance.now() - shownAt < everyMs) return;
      shownAt = performance.now();
      const share = total === 0 ? 100 : Math.floor((100 * lookedAt) / total);
      const count = (value: number) => value.toLocaleString('en');
      stream.write(
        `\r\u001b[K${share} %  about ${count(lookedAt)} of ${count(total)} keys, ${count(problems)} problems`,
      );
    },
    clear: () => void stream.write('\r\u001b[K'),
  };
}
