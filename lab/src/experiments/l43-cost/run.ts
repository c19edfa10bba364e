/** What experiment 4.3 does. */
import { type LoadGenerator, startLoadGenerator } from '../../measure/load-generator.ts';
import { pinProcess, planPinning } from '../../measure/pinning.ts';
import { markProcessCpu } from '../../measure/process-cpu.ts';
import { askHeapBytes, residentBytes } from '../../measure/process-memory.ts';
import { readRedisMemory } from '../../measure/redis-memory.ts';
import { blockPlan } from '../../measure/statistics/block-plan.ts';
import { isUnavailable, type Unavailable } from '../../measure/unavailable.ts';
import type { SchemeName } from '../../schemes/running-scheme.ts';
import { signIn } from '../comparison/sign-in.ts';
import { type Subject, type SubjectName, startSubjects, subjectNames } from '../comparison/subjects.ts';
import type { LabContext } from '../context.ts';
import type { CostObservations, CpuBlock, IdleCpu, MemoryPoint } from './observations.ts';
import type { CostWords } from './words.ts';

const warmUpUsers = 200;

export async function runCost(context: LabContext, words: CostWords): Promise<CostObservations> {
  const generator = await startLoadGenerator();
  try {
    const memory: MemoryPoint[] = [];
    for (const scheme of context.random.shuffled(['sticky', 'redis', 'jwt'] as const)) {
      memory.push(...(await rampUp(context, generator, scheme, words)));
    }
    return { memory, ...(await cpuCost(context, generator, words)) };
  } finally {
    await generator.stop();
  }
}

async function rampUp(
  context: LabContext,
  generator: LoadGenerator,
  scheme: SchemeName,
  words: CostWords,
): Promise<MemoryPoint[]> {
  const largest = context.count({ quick: 2000, default: 10_000, full: 20_000 });
  const running = await context.startScheme(scheme, {
    servers: 1,
    balancer: false,
    env: { NODE_OPTIONS: '--expose-gc' },
  });
  const [app] = running.servers;
  if (app === undefined) throw new Error(`The scheme ${scheme} started no server.`);
  const points: MemoryPoint[] = [];
  let users = 0;
  const grow = async (size: number) => {
    const signedIn = await signIn(context, app.url, { users: size - users, firstUser: users });
    const visitors = signedIn.map(({ headers }) => headers);
    await generator.serial({ url: `${app.url}/profile`, visitors, requests: visitors.length }, context.signal);
    users = size;
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
        scheme === 'redis'
          ? (await readRedisMemory({ port: running.redis.port, signal: context.signal })).usedBytes
          : null,
    });
  }
  await running.stop();
  return points;
}

function known(figure: number | Unavailable): number | null {
  return typeof figure === 'number' ? figure : null;
}

async function cpuCost(
  context: LabContext,
  generator: LoadGenerator,
  words: CostWords,
): Promise<Omit<CostObservations, 'memory'>> {
  const processes = context.count({ quick: 3, default: 5, full: 5 });
  const blocks = context.count({ quick: 3, default: 6, full: 20 });
  const requests = context.count({ quick: 200, default: 400, full: 800 });
  const pinning = planPinning();
  const cpu: CpuBlock[] = [];
  const idle: IdleCpu[] = [];
  let pinned = pinning.possible;
  if (pinning.possible) pinned = (await pinProcess(generator.pid, pinning.generatorCores)).pinned;
  const plan = blockPlan({ subjects: subjectNames, processes, blocks, random: context.random });
  for (const { process, startOrder, blocks: planned } of plan) {
    context.progress(words.progress.cpu(process + 1, processes));
    const subjects = await startSubjects(context, { startOrder, visitors: 50, pinning });
    pinned &&= subjects.pinned;
    const subjectOf = (name: string) => subjects.bySubject.get(name as SubjectName)!;
    const send = (subject: Subject, count: number) =>
      generator.serial(
        { url: `${subject.app.url}/profile`, visitors: subject.visitors, requests: count },
        context.signal,
      );
    for (const name of startOrder) await send(subjectOf(name), 3 * requests);
    for (const { block, order } of planned) {
      for (const name of order) {
        const subject = subjectOf(name);
        const mark = markProcessCpu(serversOf(subject));
        const { failures } = await send(subject, requests);
        if (isUnavailable(mark)) continue;
        const { non2xx, timeouts, errors } = failures;
        const failed = non2xx + timeouts + errors;
        cpu.push({ subject: subject.name, process, block, requests, failed, ...sumOf(mark.since()) });
      }
    }
    const marks = subjectNames.map((name) => [name, markProcessCpu(serversOf(subjectOf(name)))] as const);
    await context.wait(1000);
    for (const [subject, mark] of marks) if (!isUnavailable(mark)) idle.push({ subject, ...sumOf(mark.since()) });
    await subjects.stop();
  }
  return { cpu, idle, pinned };
}

/** The requests go to the application directly, past the balancer. */
function serversOf({ groups }: Subject): Subject['groups'] {
  return groups.filter(({ name }) => name === 'app' || name === 'redis');
}

function sumOf(reading: { readonly elapsedMs: number; readonly groups: readonly { readonly cpuMs: number }[] }): {
  cpuMs: number;
  elapsedMs: number;
} {
  return { cpuMs: reading.groups.reduce((sum, { cpuMs }) => sum + cpuMs, 0), elapsedMs: reading.elapsedMs };
}
