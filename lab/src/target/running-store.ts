/** Where a target keeps its sessions: a Redis of the lab, or something that the file's commands stop and start. */
import { type Programs, startRedis } from '../cluster/index.ts';
import { type CommandSurroundings, runCommand } from './run-command.ts';
import type { TargetStore } from './target-file.ts';

export interface RunningStore {
  /** Placeholders that it gives to the nodes: `REDIS_URL`, `REDIS_PORT`. */
  readonly values: Readonly<Record<string, string>>;
  /** At once: SIGKILL, or the file's own command. */
  stop(): Promise<void>;
  /** Makes it accept connections and answer nothing; `undefined` where the lab can not. */
  readonly freeze: (() => Promise<void>) | undefined;
  /** Running, and not frozen, afterwards. */
  ensureUp(): Promise<void>;
  /** Leaves it as it was before the run. Never rejects. */
  close(): Promise<void>;
}

/** @throws ProgramMissingError, ServerStartError, TargetAnswerError */
export async function startStore(
  store: TargetStore,
  programs: Programs,
  surroundings: CommandSurroundings,
): Promise<RunningStore> {
  return store.lab === undefined ? commandStore(store, surroundings) : labRedis(programs);
}

async function labRedis({ redisServer }: Programs): Promise<RunningStore> {
  const redis = await startRedis(redisServer === undefined ? {} : { program: redisServer.path });
  let frozen = false;
  return {
    values: { REDIS_URL: redis.url, REDIS_PORT: String(redis.port) },
    stop: async () => {
      await redis.kill();
    },
    freeze: async () => {
      await redis.freeze();
      frozen = true;
    },
    ensureUp: async () => {
      if (frozen && redis.process.isRunning) await redis.thaw();
      frozen = false;
      if (!redis.process.isRunning) await redis.restart();
    },
    close: () => redis.stop(),
  };
}

/** It is taken to run when the lab begins, and runs when the lab ends. */
function commandStore(
  { start, stop }: Extract<TargetStore, { lab?: never }>,
  surroundings: CommandSurroundings,
): RunningStore {
  let stopped = false;
  const ensureUp = async () => {
    if (stopped) await runCommand('The start command of the store', start, surroundings);
    stopped = false;
  };
  return {
    values: {},
    stop: async () => {
      // Half a stop is mended by a start as well.
      stopped = true;
      await runCommand('The stop command of the store', stop, surroundings);
    },
    freeze: undefined,
    ensureUp,
    close: () => ensureUp().catch(() => {}),
  };
}
