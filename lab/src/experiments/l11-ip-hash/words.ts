/** Everything experiment 1.1 says. */
import { figure } from '../../report/figure.ts';
import type { Hypothesis } from '../experiment.ts';
import { type Interval, percent, percentRange } from '../share.ts';

export const ipHashWords = {
  percent,
  percentRange,
  title: 'Where ip_hash sends a client',
  question: 'Does ip_hash send a client always to the same server?',
  hypotheses: [
    { id: 'H1', statement: 'One client is always sent to the same server.' },
    { id: 'H2', statement: 'Different clients are spread evenly over the servers.' },
    { id: 'H3', statement: 'A client whose address changes may be sent to another server.' },
  ] as readonly Hypothesis[],
  design: [
    'Start three servers behind a balancer with ip_hash. Each client says its address in X-Forwarded-For, which the balancer trusts.',
    'Send 20 requests from one client, and 5 from each of 10 others, and note which server answered.',
    'Send one request from each of several hundred clients and count them per server. All addresses are drawn at random from the seed.',
    'Change the address of many clients and count how often the server changed: to any other address, in the last octet only, and by one in the third octet.',
  ] as readonly string[],
  limits: [
    'All servers stayed up. What happens to the clients of a server that dies is experiment 1.3.',
    'Only IPv4 addresses: of those ip_hash reads the first three octets, of IPv6 addresses all of them.',
  ] as readonly string[],

  progress: {
    single: (requests: number): string => `${requests} requests from one client`,
    few: (requests: number, clients: number): string => `${requests} requests from each of ${clients} clients`,
    many: (clients: number): string => `one request from each of ${clients} clients`,
    changes: (clients: number): string => `${clients} clients change their address`,
  },
  spreadTable: {
    title: 'Clients per server',
    columns: (requests: number, clients: number, many: number): string[] => [
      'Server',
      `${requests} requests of one client`,
      `${clients} clients`,
      `${many} clients`,
      'Share',
    ],
  },
  changeTable: {
    title: 'Does a changed address change the server?',
    columns: ['Change of the address', 'Changes', 'Moved', 'Rate', '95 % interval', 'Theory'],
  },
  changeKinds: { random: 'any other address', network: 'third octet plus one', host: 'last octet only' },
  chart: {
    title: 'Clients per server',
    xTitle: 'server',
    yTitle: 'share of the clients in %',
    group: (clients: number): string => `${clients} clients`,
    note: (few: number): string => `${few} clients are too few to show a spread: an uneven one is common by chance.`,
  },

  headline: (switches: number, requests: number, moveRate: number | undefined): string =>
    `${switches} switches in ${requests} requests` +
    (moveRate === undefined ? '' : `; ${percent(moveRate)} of address changes switch`),
  evidence: {
    stayed: (single: number, requests: number, clients: number): string =>
      `${single} of ${single} requests of one client went to one server, and ${clients} clients with ${requests} requests in all never changed theirs.`,
    wandered: (wandering: number, clients: number): string =>
      `${wandering} of ${clients} clients with an unchanged address were sent to more than one server.`,
    unanswered: (unanswered: number, requests: number): string =>
      `${unanswered} of ${requests} requests were not answered by a server, so a change may have been missed.`,
    spread: (counts: readonly number[], statistic: number, critical: number): string =>
      `${counts.join(' / ')} clients per server: chi-square ${figure(statistic)}, where an even spread exceeds ${figure(critical)} once in 1000 runs.`,
    tooFewClients: (counts: readonly number[], servers: number): string =>
      `${counts.join(' / ')} clients per server are fewer than the ${5 * servers} that the test needs.`,
    moved: (seen: { moved: number; n: number; interval: Interval; theory: number }): string =>
      `${seen.moved} of ${seen.n} changes to a random address changed the server (95 % interval ${percentRange(seen.interval)}; theory ${percent(seen.theory)}).`,
    tooFewChanges: (n: number, needed: number): string =>
      `${n} changes of address were answered on both sides; ${needed} are needed for a rate.`,
  },
  findings: {
    moved: (moved: number, n: number, servers: number): string =>
      `A new address is a new draw among the ${servers} servers: ${moved} of ${n} moved. A single try proves nothing, since 1 of ${servers} stays where it was by chance. ` +
      'Who changes from Wi-Fi to a mobile network is logged out about that often.',
    oneNetwork: (n: number): string =>
      `${n} of ${n} changes in the last octet kept the server: ip_hash reads three octets, so a whole office behind one /24 network is one client, and all of 127.0.0.x too.`,
    hostMoved: (moved: number, n: number): string =>
      `${moved} of ${n} changes in the last octet changed the server, which ip_hash should not read at all: the balancer does not see the address that the client sent.`,
    sequence: (moved: number, n: number): string =>
      `The next network lands on another server in ${moved} of ${n} cases, far more often than by chance: addresses in sequence look perfectly spread, and a test with them proves nothing.`,
  },
};

export type IpHashWords = typeof ipHashWords;
