/**
 * Runs once before all tests: the real servers they drive must be on the machine.
 *
 * Imported by its path: global set-up does not see the condition that maps the packages' names to their sources.
 */
import { ensurePrograms } from '../lab/src/cluster/programs.ts';

export async function setup(): Promise<void> {
  const { redisServer, nginx, notices, mend } = await ensurePrograms({
    install: true,
    say: (line) => console.log(line),
  });
  for (const notice of notices) console.log(notice);
  const missing = [
    ...(redisServer === undefined ? [mend['redis-server']] : []),
    ...(nginx === undefined ? [mend.nginx] : []),
  ];
  if (missing.length > 0) {
    throw new Error(
      `The tests drive a real redis-server and a real nginx. Install what is missing:\n  ${missing.join('\n  ')}`,
    );
  }
}
