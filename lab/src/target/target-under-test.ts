/** Lends the running application to one experiment after the other, whole and checked each time. */
import type { Programs } from '../cluster/index.ts';
import type { LabContext } from '../experiments/context.ts';
import type { Language } from '../language.ts';
import { TargetAnswerError, TargetCannotError } from './errors.ts';
import { createHttp } from './exchange.ts';
import { environmentValues, placeholdersIn, textsIn } from './placeholders.ts';
import { describeTarget, type TargetDescription } from './preflight.ts';
import { createRedaction, type Redaction } from './redaction.ts';
import { type RunningTarget, startTarget } from './running-target.ts';
import type { TargetFile } from './target-file.ts';
import { Visitor } from './visitor.ts';
import { targetWords } from './words/index.ts';
import type { TargetWords } from './words/target.ts';

/** What an experiment works with. */
export interface TargetTools extends Pick<RunningTarget, 'nodes' | 'balancerUrl' | 'store'> {
  readonly file: TargetFile;
  readonly words: TargetWords;
  readonly context: LabContext;
  /** A client that is not logged in, with an address of its own. @param user Which of the file's users; counted round. */
  visitor(user?: number): Visitor;
  /** A client that has logged in here and is recognised here. @throws TargetAnswerError when it is not */
  loggedIn(url: string, user?: number): Promise<Visitor>;
  /** For text of the application that may hold a secret. */
  clean(text: string): string;
}

export interface DescribedTools extends TargetTools {
  readonly description: TargetDescription;
}

export interface TargetUnderTest {
  readonly file: TargetFile;
  readonly language: Language;
  readonly redaction: Redaction;
  /** Ids of the experiments that this application does not allow, by its file. */
  readonly cannot: ReadonlySet<string>;
  /**
   * Starts the application when it does not run yet, brings up what was left down, and hands it to the body.
   * @throws whatever the body throws; TargetAnswerError when the application does not do what its file says
   */
  use<Result>(id: string, context: LabContext, body: (tools: DescribedTools) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export interface TargetSettings {
  readonly file: TargetFile;
  readonly language: Language;
  /** The folder of the file. */
  readonly folder: string;
  readonly programs: Programs;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the whole run is interrupted. */
  readonly signal: AbortSignal;
}

export function putToTest({ file, language, folder, programs, env, signal }: TargetSettings): TargetUnderTest {
  const words = targetWords(language);
  const http = createHttp(file.limits.requestTimeoutMs);
  const redaction = createRedaction();
  const environment = environmentValues(textsIn(file).flatMap(placeholdersIn), env);
  for (const value of Object.values(environment)) redaction.add(value);
  const cannot = new Set<string>();
  let starting: Promise<RunningTarget> | undefined;
  let describing: Promise<TargetDescription> | undefined;
  let before: Promise<unknown> = Promise.resolve();

  function toolsOf(running: RunningTarget, context: LabContext): TargetTools {
    const { nodes, balancerUrl, store, upstreams } = running;
    const { random } = context;
    const visitor = (user = 0) => {
      // Only the lab's own balancer is known to believe what a client says of its address.
      const address = file.balancer?.lab === undefined ? undefined : random.address();
      const settings = { file, http, redaction, environment, address, upstreams, signal: context.signal };
      return new Visitor(settings, file.users[user % file.users.length]!);
    };
    return {
      file,
      words,
      context,
      nodes,
      balancerUrl,
      store,
      visitor,
      clean: redaction.clean,
      loggedIn: async (url, user) => {
        const client = visitor(user);
        const login = await client.login(url);
        const told = await client.whoami(url);
        if (told.outcome === 'recognised') return client;
        throw new TargetAnswerError(words.notLoggedIn(login, told));
      },
    };
  }

  async function lend<Result>(context: LabContext, body: (tools: DescribedTools) => Promise<Result>): Promise<Result> {
    if (starting === undefined) context.progress(words.starting);
    starting ??= startTarget(file, { folder, programs, http, redaction, environment, signal });
    const running = await starting;
    context.signal.throwIfAborted();
    await running.restore();
    const tools = toolsOf(running, context);
    describing ??= describeTarget(tools);
    const description = await describing;
    return body({ ...tools, description });
  }

  return {
    file,
    language,
    redaction,
    cannot,
    use: (id, context, body) => {
      // One at a time, also when the one before was given up and is still on its way out.
      const turn = before.then(() => lend(context, body));
      before = turn.catch((error: unknown) => {
        if (error instanceof TargetCannotError) cannot.add(id);
      });
      return turn;
    },
    close: async () => {
      await before;
      const running = await starting?.catch(() => undefined);
      await running?.close();
      await http.close();
    },
  };
}
