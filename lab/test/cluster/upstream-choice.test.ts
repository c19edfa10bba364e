import { beforeEach, expect, test } from 'vitest';
import { UpstreamChoice, type UpstreamState } from '../../src/cluster/upstream-choice.ts';

const none: ReadonlySet<UpstreamState> = new Set();
const upstreams = [1, 2, 3].map((port) => ({ host: '127.0.0.1', port }));
let nowMs = 0;
let choice: UpstreamChoice;

const create = (policy: 'ip-hash' | 'round-robin', servers = upstreams) =>
  new UpstreamChoice({ policy, upstreams: servers, failTimeoutMs: 1000, now: () => nowMs });
const ports = (count: number) => Array.from({ length: count }, () => choice.choose('192.0.2.1', none)?.port);

beforeEach(() => {
  nowMs = 5000;
  choice = create('round-robin');
});

test('a failed server is left out, then one request finds out whether it is back', () => {
  const first = choice.choose('192.0.2.1', none) as UpstreamState;
  choice.failed(first);
  expect(ports(4)).toEqual([2, 3, 2, 3]);
  nowMs += 1001;
  expect(ports(4).filter((port) => port === 1)).toHaveLength(1);
  // Still unanswered: nobody else is sent there until it has succeeded or the time is over again.
  expect(ports(4)).not.toContain(1);
  choice.succeeded(first);
  expect(ports(3).sort()).toEqual([1, 2, 3]);
});

test('a late success of a request from before the failure does not bring a server back', () => {
  const server = choice.choose('192.0.2.1', none) as UpstreamState;
  choice.failed(server);
  choice.succeeded(server);
  expect(ports(6)).not.toContain(server.port);
});

test('a server that fails again is left out again', () => {
  const server = choice.choose('192.0.2.1', none) as UpstreamState;
  choice.failed(server);
  nowMs += 1001;
  while (choice.choose('192.0.2.1', none) !== server);
  choice.failed(server);
  nowMs += 999;
  expect(ports(6)).not.toContain(server.port);
});

test('a request goes to no server twice, and to none when all have failed', () => {
  const tried = new Set<UpstreamState>();
  for (
    let server = choice.choose('192.0.2.1', tried);
    server !== undefined;
    server = choice.choose('192.0.2.1', tried)
  ) {
    tried.add(server);
    choice.failed(server);
  }
  expect([...tried].map(({ port }) => port).sort()).toEqual([1, 2, 3]);
  expect(choice.choose('192.0.2.1', none)).toBeUndefined();
});

test('a server without peers is never left out', () => {
  choice = create('ip-hash', upstreams.slice(0, 1));
  const only = choice.choose('192.0.2.1', none) as UpstreamState;
  choice.failed(only);
  expect(choice.choose('192.0.2.1', none)).toBe(only);
});

test('ip-hash looks at the first three octets, and an address that is none still gets a server', () => {
  choice = create('ip-hash');
  expect(ports(5)).toEqual(Array(5).fill(choice.choose('192.0.2.254', none)?.port));
  expect(choice.choose('not an address', none)).toBeDefined();
});
