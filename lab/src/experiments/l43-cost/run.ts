/** What experiment 4.3 does. */
import { type LoadGenerator, startLoadGenerator } from '../../measure/load-generator.ts';
import type { VisitorHeaders } from '../../measure/load-target.ts';
import { markProcessCpu } from '../../measure/process-cpu.ts';
import { askHeapBytes, residentBytes } from '../../measure/process-memory.ts';
import { readRedisMemory } from '../../measure/redis-memory.ts';
import { isUnavailable, type Unavailable } from '../../measure/unavailable.ts';
import type { SchemeName } from '../../schemes/running-scheme.ts';
import { withFreshProcesses } from '../comparison/fresh-processes.ts';
import { measureSerialBlock, type SerialBlock, sendSerial, serverGroups } from '../comparison/serial-block.ts';
import { signIn } from '../comparison/sign-in.ts';
import { schemeSubjects } from '../comparison/subjects.ts';
import type { LabContext } from '../context.ts';
import type { CostObservations, Credential, IdleCpu, MemoryPoint } from './observations.ts';
import type { CostWords } from './words.ts';

const warmUpUsers = 200;

export async function runCost(context: LabContext, words: CostWords): Promise<CostObservations> {
  const memory: MemoryPoint[] = [];
  const credentials: Credential[] = [];
  const generator = await startLoadGenerator();
  try {
    for (const scheme of context.random.shuffled(['sticky', 'redis', 'jwt', 'coherent'] as const)) {
      const { points, credential } = await rampUp(context, generator, scheme, words);
      memory.push(...points);
      credentials.push(credential);
    }
  } finally {
    await generator.stop();
  }
  return { memory, credentials, ...(await cpuCost(context, words)) };
}

async function rampUp(
  context: LabContext,
  generator: LoadGenerator,
  scheme: SchemeName,
  words: CostWords,
): Promise<{ points: MemoryPoint[]; credential: Credential }> {
  const largest = context.count({ quick: 2000, default: 10_000, full: 20_000 });
  const running = await context.startScheme(scheme, {
    servers: 1,
    ports: 'free',
    balancer: false,
    env: { NODE_OPTIONS: '--expose-gc' },
  });
  const [app] = running.servers;
  if (app === undefined) throw new Error(`The scheme ${scheme} started no server.`);
  const points: MemoryPoint[] = [];
  let users = 0;
  let visitor: VisitorHeaders | undefined;
  const grow = async (size: number) => {
    const signedIn = await signIn(context, app.url, { users: size - users, firstUser: users });
    const visitors = signedIn.map(({ headers }) => headers);
    await generator.serial({ url: `${app.url}/profile`, visitors, requests: visitors.length }, context.signal);
    users = size;
    [visitor] = visitors;
  };
  // Compiled code and buffers come with the first users, and would be taken for the price of a session.
  await grow(warmUpUsers);
  for (const share of [0.2, 0.4, 0.6, 0.8, 1]) {
    context.progress(words.progress.memory(scheme, Math.round(share * largest)));
    await grow(Math.round(share * largest));
    points.push({
      subject: scheme,
      size: users,
      heapBytes: known(await askHeapBytes({ url: app.url })),
      residentBytes: known(residentBytes(app.pid)),
      redisBytes:
        scheme === 'redis' || scheme === 'coherent'
          ? (await readRedisMemory({ port: running.redis.port, signal: context.signal })).usedBytes
          : null,
    });
  }
  await running.stop();
  return { points, credential: credentialOf(scheme, visitor ?? {}) };
}

/** Its size only: it is somebody's session. */
function credentialOf(subject: SchemeName, visitor: VisitorHeaders): Credential {
  const header = 'authorization' in visitor ? 'authorization' : 'cookie';
  return { subject, header, valueBytes: Buffer.byteLength(visitor[header] ?? '') };
}

function known(figure: number | Unavailable): number | null {
  return typeof figure === 'number' ? figure : null;
}

async function cpuCost(
  context: LabContext,
  words: CostWords,
): Promise<Omit<CostObservations, 'memory' | 'credentials'>> {
  const processes = context.count({ quick: 3, default: 5, full: 5 });
  const blocks = context.count({ quick: 3, default: 6, full: 20 });
  const requests = context.count({ quick: 200, default: 400, full: 800 });
  const { signal } = context;
  const cpu: SerialBlock[] = [];
  const idle: IdleCpu[] = [];
  const pinning = await withFreshProcesses(
    context,
    { subjects: schemeSubjects, processes, blocks, visitors: 50, progress: words.progress.cpu },
    async ({ process, generator, startOrder, blocks: planned, of }) => {
      for (const name of startOrder) await sendSerial(generator, of(name), 3 * requests, signal);
      for (const { block, order } of planned) {
        for (const name of order) {
          cpu.push(await measureSerialBlock(generator, of(name), { process, block, requests, signal }));
        }
      }
      const marks = schemeSubjects.map((name) => [name, markProcessCpu(serverGroups(of(name)))] as const);
      await context.wait(1000);
      for (const [subject, mark] of marks) {
        if (isUnavailable(mark)) continue;
        const { elapsedMs, groups } = mark.since();
        idle.push({ subject, elapsedMs, cpuMs: groups.reduce((sum, { cpuMs }) => sum + cpuMs, 0) });
      }
    },
  );
  return { cpu, idle, ...pinning };
}
