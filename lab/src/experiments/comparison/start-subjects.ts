/** Starts what is compared: one fresh application server per subject, with users logged in. */
import type { VisitorHeaders } from '../../measure/load-target.ts';
import { type PinningPlan, pinProcess } from '../../measure/pinning.ts';
import type { ProcessGroup } from '../../measure/process-cpu.ts';
import type { RunningApp } from '../../schemes/running-app.ts';
import type { RunningScheme } from '../../schemes/running-scheme.ts';
import type { LabContext } from '../context.ts';
import { type SignedIn, signIn } from './sign-in.ts';
import { type SubjectName, type SubjectSettings, subjectSettings } from './subjects.ts';

export interface Subject {
  readonly name: SubjectName;
  readonly app: RunningApp;
  /** The balancer; with these visitors it leads to `app`, or to another server that does the same work. */
  readonly balancerUrl: string;
  readonly visitors: readonly VisitorHeaders[];
  /** The processes that work for a request: `app`, `nginx` (or `balancer`) and, where it is asked, `redis`. */
  readonly groups: readonly ProcessGroup[];
}

export interface Subjects {
  of(name: SubjectName): Subject;
  /** False when a process could not be moved to its cores. */
  readonly pinned: boolean;
  stop(): Promise<void>;
}

export interface SubjectsOptions {
  readonly startOrder: readonly SubjectName[];
  /** Users logged in at each subject. */
  readonly visitors: number;
  readonly pinning: PinningPlan;
}

/** Both servers of a program and its control share one balancer, as they would in production. */
export async function startSubjects(
  context: LabContext,
  { startOrder, visitors, pinning }: SubjectsOptions,
): Promise<Subjects> {
  const bySettings = new Map<SubjectSettings, SubjectName[]>();
  for (const name of startOrder) {
    const settings = subjectSettings[name];
    bySettings.set(settings, [...(bySettings.get(settings) ?? []), name]);
  }
  const subjects = new Map<SubjectName, Subject>();
  const schemes = await Promise.all(
    [...bySettings].map(async ([{ scheme, env }, names]) => ({
      names,
      // Nobody looks for these servers on the ports of the documentation, and two of them may be of one scheme.
      running: await context.startScheme(scheme, { servers: names.length, env, ports: 'free' }),
    })),
  );
  for (const { names, running } of schemes) {
    const signedIn = await signInAtEach(context, running, visitors);
    for (const [index, name] of names.entries()) {
      const app = running.servers[index];
      if (app === undefined) throw new Error(`No server was started for ${name}.`);
      subjects.set(name, {
        name,
        app,
        balancerUrl: running.balancer.url,
        visitors: (signedIn.get(app.id) ?? []).map(({ headers }) => headers),
        groups: groupsOf(name, running, app),
      });
    }
  }
  return {
    of: (name) => {
      const subject = subjects.get(name);
      if (subject === undefined) throw new Error(`${name} was not started.`);
      return subject;
    },
    pinned: await pinSubjects([...subjects.values()], pinning),
    stop: async () => {
      await Promise.all(schemes.map(({ running }) => running.stop()));
    },
  };
}

/** Logs in through the balancer until every server has as many users as it should have. */
async function signInAtEach(
  context: LabContext,
  { servers, balancer }: RunningScheme,
  visitors: number,
): Promise<Map<string, SignedIn[]>> {
  const byServer = new Map(servers.map(({ id }) => [id, [] as SignedIn[]]));
  const most = 50 * visitors * servers.length;
  let firstUser = 0;
  for (;;) {
    const missing = Math.max(...[...byServer.values()].map((users) => visitors - users.length));
    if (missing <= 0) return byServer;
    if (firstUser >= most) throw new Error('The balancer leads to one server only: there is no control.');
    const users = missing * servers.length;
    for (const user of await signIn(context, balancer.url, { users, firstUser })) {
      const ofServer = byServer.get(user.server);
      if (ofServer !== undefined && ofServer.length < visitors) ofServer.push(user);
    }
    firstUser += users;
  }
}

function groupsOf(name: SubjectName, scheme: RunningScheme, app: RunningApp): ProcessGroup[] {
  // A pushed list is not asked for, but it has to be heard; so have the changes of coherent sessions.
  const asksRedis = ['redis', 'coherent', 'jwt-deny-list', 'jwt-pushed'].includes(name);
  return [
    { name: 'app', pids: () => [app.pid] },
    { name: scheme.balancer.kind === 'nginx' ? 'nginx' : 'balancer', pids: () => scheme.balancer.pids() },
    ...(asksRedis ? [{ name: 'redis', pids: () => [scheme.redis.pid] }] : []),
  ];
}

async function pinSubjects(subjects: readonly Subject[], pinning: PinningPlan): Promise<boolean> {
  if (!pinning.possible) return false;
  const pids = new Set(subjects.flatMap(({ groups }) => groups.flatMap((group) => group.pids())));
  const outcomes = await Promise.all([...pids].map((pid) => pinProcess(pid, pinning.serverCores)));
  return outcomes.every(({ pinned }) => pinned);
}
