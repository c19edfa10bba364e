/** What the performance experiments compare: one fresh application server per scheme, and a second of sticky as control. */
import type { VisitorHeaders } from '../../measure/load-target.ts';
import { type PinningPlan, pinProcess } from '../../measure/pinning.ts';
import type { ProcessGroup } from '../../measure/process-cpu.ts';
import type { RunningApp } from '../../schemes/running-app.ts';
import type { RunningScheme, SchemeName } from '../../schemes/running-scheme.ts';
import type { LabContext } from '../context.ts';
import { type SignedIn, signIn } from './sign-in.ts';

/** `sticky-again` is the A/A control: another process of the same program. */
export type SubjectName = SchemeName | 'sticky-again';

/** In the order in which reports show them. */
export const subjectNames: readonly SubjectName[] = ['sticky', 'jwt', 'redis', 'sticky-again'];

export interface Subject {
  readonly name: SubjectName;
  readonly app: RunningApp;
  /** The balancer; with these visitors it leads to `app` alone. */
  readonly balancerUrl: string;
  readonly visitors: readonly VisitorHeaders[];
  /** The processes that work for a request: `app`, `nginx` and, for Redis sessions, `redis`. */
  readonly groups: readonly ProcessGroup[];
}

export interface Subjects {
  readonly bySubject: ReadonlyMap<SubjectName, Subject>;
  /** False when a process could not be moved to its cores. */
  readonly pinned: boolean;
  stop(): Promise<void>;
}

export interface SubjectsOptions {
  readonly startOrder: readonly string[];
  /** Users logged in at each subject. */
  readonly visitors: number;
  readonly pinning: PinningPlan;
}

/** Both sticky servers share one balancer, as they would in production: a visitor's address decides between them. */
export async function startSubjects(
  context: LabContext,
  { startOrder, visitors, pinning }: SubjectsOptions,
): Promise<Subjects> {
  const schemeNames = [...new Set(startOrder.map((name) => schemeOf(name as SubjectName)))];
  const schemes = await Promise.all(
    schemeNames.map((scheme) => context.startScheme(scheme, { servers: scheme === 'sticky' ? 2 : 1 })),
  );
  const bySubject = new Map<SubjectName, Subject>();
  for (const scheme of schemes) {
    const names = subjectNames.filter((name) => schemeOf(name) === scheme.scheme);
    const signedIn = await signInAtEach(context, scheme, visitors);
    for (const [index, name] of names.entries()) {
      const app = scheme.servers[index];
      if (app === undefined) continue;
      bySubject.set(name, {
        name,
        app,
        balancerUrl: scheme.balancer.url,
        visitors: (signedIn.get(app.id) ?? []).map(({ headers }) => headers),
        groups: groupsOf(scheme, app),
      });
    }
  }
  return {
    bySubject,
    pinned: await pinSubjects([...bySubject.values()], pinning),
    stop: async () => {
      await Promise.all(schemes.map((scheme) => scheme.stop()));
    },
  };
}

function schemeOf(name: SubjectName): SchemeName {
  return name === 'sticky-again' ? 'sticky' : name;
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

function groupsOf(scheme: RunningScheme, app: RunningApp): ProcessGroup[] {
  return [
    { name: 'app', pids: () => [app.pid] },
    { name: scheme.balancer.kind === 'nginx' ? 'nginx' : 'balancer', pids: () => scheme.balancer.pids() },
    ...(scheme.scheme === 'redis' ? [{ name: 'redis', pids: () => [scheme.redis.pid] }] : []),
  ];
}

async function pinSubjects(subjects: readonly Subject[], pinning: PinningPlan): Promise<boolean> {
  if (!pinning.possible) return false;
  const pids = new Set(subjects.flatMap(({ groups }) => groups.flatMap((group) => group.pids())));
  const outcomes = await Promise.all([...pids].map((pid) => pinProcess(pid, pinning.serverCores)));
  return outcomes.every(({ pinned }) => pinned);
}
