/** Programs that a command needs and that are not installed by it. */
import { ensurePrograms, type ProgramName } from '@sallyport/lab/cluster';

/** For each one that is not there a line that says how to get it. */
export async function missingPrograms(who: string, needed: readonly ProgramName[]): Promise<string[]> {
  const { redisServer, nginx, mend } = await ensurePrograms({ install: false, say: () => {} });
  const found = { 'redis-server': redisServer, nginx };
  return needed
    .filter((program) => found[program] === undefined)
    .map((program) => `${who} needs ${program}: ${mend[program]}\n`);
}
