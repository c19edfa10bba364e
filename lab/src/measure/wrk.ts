/** wrk, where it is installed: a closed loop that costs less CPU per request than any generator written in JavaScript. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '../cluster/index.ts';
import type { ClosedLoopResult } from './closed-loop.ts';
import { LoadGeneratorError } from './errors.ts';
import { runExternal } from './external-run.ts';
import { type LoadTarget, pathOf, type ResolvedTarget, requireWhole, resolveTarget } from './load-target.ts';
import { generatorCpu } from './own-cpu.ts';

export interface WrkOptions extends LoadTarget {
  /** The path of wrk. */
  readonly program: string;
  /** wrk runs for a time, not for a number of requests. */
  readonly durationSeconds: number;
  /** @default 100 */
  readonly connections?: number;
  /** Started on these cores, with taskset. @default wherever the system puts it */
  readonly cores?: readonly number[];
}

/** LuaJIT takes no more constants in one function than this, less a few of our own. */
const mostVisitors = 60_000;

/**
 * wrk counts an answer with 1xx or 3xx as a success; look at one answer first. Its latencies are those of all answers.
 * @throws InvalidOptionError, LoadGeneratorError @throws the signal's reason when it is aborted
 */
export async function runWrk(options: WrkOptions, signal?: AbortSignal): Promise<ClosedLoopResult> {
  const { program, durationSeconds, connections = 100, cores } = options;
  requireWhole('durationSeconds', durationSeconds, 1, 600);
  requireWhole('connections', connections, 1, 10_000);
  const target = resolveTarget(options);
  requireWhole('visitors.length', target.visitors.length, 1, mostVisitors);
  const folder = await temporaryFolder('wrk');
  try {
    // In a file and not on the command line, where every user of the machine could read the cookies.
    const script = join(folder.path, 'requests.lua');
    await writeFile(script, wrkScript(target), { mode: 0o600 });
    const { text, cpuMs } = await runExternal(
      {
        name: 'wrk',
        program,
        args: [
          ...['--threads', '1', '--connections', String(connections), '--duration', `${durationSeconds}s`],
          ...['--timeout', `${Math.ceil(target.requestTimeoutMs / 1000)}s`, '--script', script, target.url.href],
        ],
        ...(cores === undefined ? {} : { cores }),
        deadlineMs: durationSeconds * 1000 + target.requestTimeoutMs + 10_000,
      },
      signal,
    );
    return readWrk(text, cpuMs);
  } finally {
    await folder.remove();
  }
}

/** Sends the visitors' requests in turn, and prints the outcome as one line of JSON. */
function wrkScript({ url, visitors }: ResolvedTarget): string {
  const requests = visitors.map((headers) => {
    const fields = Object.entries({ Host: url.host, ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    return luaString(`GET ${pathOf(url)} HTTP/1.1\r\n${fields.join('')}\r\n`);
  });
  return `local requests = {
${requests.join(',\n')}
}
local last = 0
function request()
  last = last % #requests + 1
  return requests[last]
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\\n{"requests":%d,"totalMs":%.3f,"non2xx":%d,"timeouts":%d,"errors":%d,' ..
    '"meanMs":%.3f,"p50Ms":%.3f,"p95Ms":%.3f,"p99Ms":%.3f,"minMs":%.3f,"maxMs":%.3f}\\n',
    summary.requests, summary.duration / 1000, e.status, e.timeout, e.connect + e.read + e.write,
    latency.mean / 1000, latency:percentile(50) / 1000, latency:percentile(95) / 1000, latency:percentile(99) / 1000,
    latency.min / 1000, latency.max / 1000))
end
`;
}

function luaString(text: string): string {
  const escaped = [...Buffer.from(text, 'latin1')].map((byte) =>
    byte < 0x20 || byte > 0x7e || byte === 0x22 || byte === 0x5c
      ? `\\${String(byte).padStart(3, '0')}`
      : String.fromCharCode(byte),
  );
  return `"${escaped.join('')}"`;
}

function readWrk(text: string, cpuMs: number): ClosedLoopResult {
  const line = /^\{.*\}$/m.exec(text)?.[0];
  if (line === undefined) throw new LoadGeneratorError('wrk', `its output could not be understood:\n${text.trim()}`);
  const { requests, totalMs, non2xx, timeouts, errors, ...latency } = JSON.parse(line) as Record<
    | 'requests'
    | 'totalMs'
    | 'non2xx'
    | 'timeouts'
    | 'errors'
    | 'meanMs'
    | 'p50Ms'
    | 'p95Ms'
    | 'p99Ms'
    | 'minMs'
    | 'maxMs',
    number
  >;
  const succeeded = requests - non2xx;
  return {
    program: 'wrk',
    succeeded,
    failures: { non2xx, timeouts, errors },
    totalMs,
    requestsPerSecond: (succeeded / totalMs) * 1000,
    latency: succeeded === 0 ? null : { n: requests, ...latency },
    generator: generatorCpu(0, cpuMs),
    complete: true,
  };
}
