/** One application server of a target: watched, stopped at once, stopped in order, started again. */
import { setTimeout as delay } from 'node:timers/promises';
import { type RunningProcess, ServerStartError, startProcess } from '../cluster/index.ts';
import { releasePort, requirePortFree } from '../cluster/ports.ts';
import { startOnPort } from '../cluster/start-on-port.ts';
import { TargetAnswerError } from './errors.ts';
import type { Http } from './exchange.ts';
import { fill, placeholdersIn } from './placeholders.ts';
import type { Redaction } from './redaction.ts';
import { type CommandSurroundings, filledCommand, runCommand } from './run-command.ts';
import type { TargetCommand, TargetNode } from './target-file.ts';

export interface RunningNode {
  /** `node-1`, the placeholder `${NODE}`. */
  readonly id: string;
  readonly url: string;
  /** Whether the lab can stop it and start it again. */
  readonly canStop: boolean;
  /** At once, as by a crash: SIGKILL, or the file's own command. Resolves when it no longer answers. */
  kill(): Promise<void>;
  /** As for a new version: SIGTERM, or the file's own command, and up again. */
  restart(): Promise<void>;
  /** Brings it up when it is not. @throws TargetAnswerError, ServerStartError */
  ensureUp(): Promise<void>;
  /** Stops what the lab started; a node that ran before is left running. Never rejects. */
  close(): Promise<void>;
}

export interface NodeSurroundings extends CommandSurroundings {
  readonly http: Http;
  /** Ends a start that is under way. */
  readonly signal: AbortSignal;
}

const pollMs = 25;
const shutDownMs = 5000;

/** A node that is there, or is started now. @throws TargetAnswerError, ServerStartError, PortTakenError */
export async function startNode(id: string, node: TargetNode, surroundings: NodeSurroundings): Promise<RunningNode> {
  const named = { ...surroundings, values: { ...surroundings.values, NODE: id } };
  if (node.start !== undefined && node.stop === undefined) return startOwnNode(id, node, node.start, named);
  const running = foreignNode(id, node, named);
  await running.ensureUp();
  return running;
}

/** The server itself as a child of the lab. */
async function startOwnNode(
  id: string,
  node: TargetNode,
  command: TargetCommand,
  surroundings: NodeSurroundings,
): Promise<RunningNode> {
  const { url: written, health } = node;
  const { http, values, timeLimitMs, redaction, signal } = surroundings;
  const urlAt = (port: number) => new URL(fill(written, { PORT: String(port) })).origin;

  function launch(port: number): Promise<RunningProcess> {
    return startProcess({
      name: `${id} on port ${port}`,
      ...filledCommand(command, { ...surroundings, values: { ...values, PORT: String(port) } }),
      readyWhen: async (started) => {
        if (signal.aborted) await started.kill();
        return isUp(http, urlAt(port), health);
      },
      deadlineMs: timeLimitMs,
      pollMs,
    });
  }

  const choosesPort = placeholdersIn(written).includes('PORT');
  const asked = choosesPort ? undefined : portOf(written);
  const { port, server } = await withCleanOutput(redaction, () => startOnPort(asked, id, launch));
  let running = server;

  const startAgain = () =>
    withCleanOutput(redaction, async () => {
      await requirePortFree(port, id);
      running = await launch(port);
    });
  return {
    id,
    url: urlAt(port),
    canStop: true,
    kill: async () => void (await running.kill('SIGKILL')),
    restart: async () => {
      await running.stop(shutDownMs);
      await startAgain();
    },
    ensureUp: async () => {
      if (!running.isRunning) await startAgain();
    },
    close: async () => {
      await running.kill('SIGKILL');
      releasePort(port);
    },
  };
}

/** A node that runs elsewhere, with commands that stop and start it or without. */
function foreignNode(id: string, node: TargetNode, surroundings: NodeSurroundings): RunningNode {
  const { start, stop, health } = node;
  const { origin: url } = new URL(node.url);
  const { http, timeLimitMs, values } = surroundings;
  const told = { ...surroundings, values: { ...values, PORT: String(portOf(url)) } };
  let ranBefore: boolean | undefined;

  async function waitUntil(up: boolean): Promise<void> {
    const lateAt = performance.now() + timeLimitMs;
    while ((await isUp(http, url, health)) !== up) {
      if (performance.now() > lateAt) {
        const problem = up
          ? `does not answer at ${url}${health}`
          : `still answers at ${url}${health} after its stop command`;
        throw new TargetAnswerError(`${id} ${problem}, ${timeLimitMs / 1000} s later.`);
      }
      await delay(pollMs);
    }
  }
  async function bringDown(): Promise<void> {
    if (stop === undefined) throw new TargetAnswerError(`${id} can not be stopped: its file has no stop command.`);
    await runCommand(`The stop command of ${id}`, stop, told);
    await waitUntil(false);
  }
  async function ensureUp(): Promise<void> {
    const up = await isUp(http, url, health);
    ranBefore ??= up;
    if (up) return;
    if (start !== undefined) await runCommand(`The start command of ${id}`, start, told);
    await waitUntil(true);
  }
  return {
    id,
    url,
    canStop: stop !== undefined,
    kill: bringDown,
    restart: async () => {
      await bringDown();
      await ensureUp();
    },
    ensureUp,
    close: async () => {
      await (ranBefore === true || stop === undefined ? ensureUp() : bringDown()).catch(() => {});
    },
  };
}

/** What a server printed may hold anything that it was given. @throws TargetAnswerError in the place of ServerStartError */
async function withCleanOutput<Result>(redaction: Redaction, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ServerStartError) throw new TargetAnswerError(redaction.clean(error.message));
    throw error;
  }
}

/** Any answer below 500: what the path leads to is the application's own matter. */
async function isUp(http: Http, url: string, path: string): Promise<boolean> {
  const { status } = await http.send({ url, path, method: 'GET', headers: {} }, { timeLimitMs: 1000 });
  return typeof status === 'number' && status < 500;
}

function portOf(url: string): number {
  const { port, protocol } = new URL(url);
  return port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);
}
