/** Starts servers, says what it started, and waits to be killed by the test of the reaper. */
import { setTimeout as delay } from 'node:timers/promises';
import { findPrograms, startAppServer, startBalancer, startRedis } from '@sallyport/lab/cluster';
import { processTable } from '../process-table.ts';

const programs = await findPrograms();
const redis = await startRedis({ persistence: 'aof-everysec' });
const app = await startAppServer({ entry: new URL('./fixture-server.ts', import.meta.url), id: 'victim-1' });
const nginx = await startBalancer({
  policy: 'round-robin',
  upstreams: [{ host: '127.0.0.1', port: app.port }],
  programs,
  workers: 2,
});
const builtIn = await startBalancer({
  policy: 'round-robin',
  upstreams: [{ host: '127.0.0.1', port: app.port }],
  programs: {},
});
const frozen = await startRedis();
await frozen.freeze();
if (process.argv[2] === 'lose-watcher') await loseWatcher();
process.stdout.write(
  `${JSON.stringify({
    pids: [redis.pid, app.pid, frozen.pid, ...nginx.pids(), ...builtIn.pids()],
    folders: [redis.folder, frozen.folder],
  })}\n`,
);
if (process.argv[2] === 'throw') throw new Error('The victim fails on purpose.');
if (process.argv[2] === 'exit') process.exit(0);
setInterval(() => {}, 1000);

/** Kills the watcher process and waits for the new one. */
async function loseWatcher(): Promise<void> {
  const [first] = watchers();
  if (first === undefined) throw new Error('There is no watcher.');
  process.kill(first, 'SIGKILL');
  while (!watchers().some((pid) => pid !== first)) await delay(5);
}

function watchers(): number[] {
  return processTable()
    .filter(({ parent, command }) => parent === process.pid && command.includes('sallyport-reaper'))
    .map(({ pid }) => pid);
}
