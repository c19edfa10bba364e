/** Experiments 1.1 to 1.3 of the sample run. */

import type { ExperimentResult } from '../../src/results.ts';

export const stickyExperiments: readonly ExperimentResult[] = [
  {
    id: '1.1',
    title: 'Where ip_hash sends a client',
    question: 'Does ip_hash send a client always to the same server?',
    status: 'ran',
    durationMs: 3120,
    headline: '20 of 20 on one server',
    design: [
      'Send 20 requests from one client address through nginx with ip_hash and note the server of each answer.',
      'Send one request from each of 300 client addresses, drawn at random with the seed of the run.',
      'Send two requests from a client that changes its address in between, 1,000 times.',
    ],
    observations: {
      oneClient: { requests: 20, servers: ['sticky-2'], switches: 0 },
      moved: { changes: 1000, other: 661 },
    },
    tables: [
      {
        title: 'Clients by server',
        columns: ['Server', 'Port', '10 clients', '300 clients', 'Share of 300'],
        rows: [
          ['sticky-1', 8081, 4, 98, '32.7 %'],
          ['sticky-2', 8082, 1, 93, '31.0 %'],
          ['sticky-3', 8083, 5, 109, '36.3 %'],
        ],
      },
    ],
    charts: [
      {
        kind: 'bar',
        title: '300 client addresses over three servers',
        xTitle: 'server',
        yTitle: 'clients',
        bars: [
          { label: 'sticky-1', value: 98 },
          { label: 'sticky-2', value: 93 },
          { label: 'sticky-3', value: 109 },
        ],
        note: 'ip_hash reads the first three octets of an IPv4 address only, so a whole /24 is one client to it.',
      },
    ],
    hypotheses: [
      {
        id: 'H1',
        statement: 'One client reaches one server.',
        verdict: 'confirmed',
        evidence: '20 of 20 requests from one address were answered by sticky-2, with no switch.',
      },
      {
        id: 'H2',
        statement: 'Different clients are spread over the servers.',
        verdict: 'conditional',
        evidence:
          '300 random addresses fell 98 / 93 / 109 (chi-squared 1.34, p = 0.51). Ten addresses of one /24 all fell on one server: ip_hash reads the first three octets, so an office or a mobile gateway is one client.',
      },
      {
        id: 'H3',
        statement: 'A client whose address changes may reach another server.',
        verdict: 'confirmed',
        evidence:
          '661 of 1,000 changes led to another server, 66.1 % (95 % interval 63.1 % to 69.0 %; 2 of 3 expected).',
      },
    ],
    findings: [
      'A client keeps its server as long as it keeps its address. Two in three address changes, from Wi-Fi to mobile for example, end the session.',
      'The spread is even over many addresses, and says nothing about ten: 4 / 1 / 5 is what ten draws look like.',
    ],
    limits: [
      'IPv4 only; an IPv6 address is hashed as a whole.',
      'Client addresses come by X-Forwarded-For and the real-ip module.',
    ],
  },
  {
    id: '1.2',
    title: 'Sessions in the memory of one server',
    question: 'Are the servers’ sessions isolated?',
    status: 'ran',
    durationMs: 940,
    headline: '200 / 401 / 401',
    design: [
      'Log in through the balancer.',
      'Send the same cookie to each server directly.',
      'Read how many sessions each server holds.',
    ],
    observations: { owner: 'sticky-2', statuses: [401, 200, 401] },
    tables: [
      {
        title: 'The same cookie at each server',
        columns: ['Server', 'Status', 'Body', 'Sessions held'],
        rows: [
          ['sticky-2 (owner)', 200, '{"username":"user-1","server":"sticky-2"}', 1],
          ['sticky-1', 401, '{"error":"session not found"}', 0],
          ['sticky-3', 401, '{"error":"session not found"}', 0],
        ],
      },
    ],
    charts: [],
    hypotheses: [
      {
        id: 'H1',
        statement: 'Sessions are stored locally and isolated.',
        verdict: 'confirmed',
        evidence: 'Held: 1 on sticky-2, 0 on the other two.',
      },
      {
        id: 'H2',
        statement: 'Only the creator recognises the id.',
        verdict: 'confirmed',
        evidence: 'The owner answered 200, the other two 401.',
      },
      {
        id: 'H3',
        statement: 'A misrouted request gets “session not found”.',
        verdict: 'confirmed',
        evidence: 'Both refusals carried that error.',
      },
    ],
    findings: ['A request that reaches the wrong server is a logged-out user, whatever its cookie says.'],
    limits: [],
  },
  {
    id: '1.3',
    title: 'A server dies',
    question: 'What is lost when a server dies?',
    status: 'ran',
    durationMs: 14_260,
    headline: '5 of 12 users logged out, twice',
    design: [
      'Log in 12 users through the balancer, each from an address of its own.',
      'Kill the server that holds most of them with SIGKILL.',
      'Ask as each user who is logged in, and let those who are not log in again.',
      'Start the dead server and keep asking until nginx sends clients back to it.',
      'Do the same with a server that is frozen (SIGSTOP) in the place of killed.',
    ],
    observations: { users: 12, victims: 5, kept: 7, secondLoss: 5, recoveredAfterMs: 41 },
    tables: [
      {
        title: 'Users before and after the kill',
        columns: [
          'Server',
          'Users before',
          '200 after the kill',
          '401 after the kill',
          'Logged in again',
          '401 when it came back',
        ],
        rows: [
          ['sticky-1', 4, 4, 0, 0, 0],
          ['sticky-2 (killed)', 5, 0, 5, 5, 5],
          ['sticky-3', 3, 3, 0, 0, 0],
        ],
      },
    ],
    charts: [
      {
        kind: 'bar',
        title: 'Sessions kept and lost, by the server they were on',
        xTitle: 'server',
        yTitle: 'sessions',
        bars: [
          { label: 'sticky-1', value: 4, group: 'kept' },
          { label: 'sticky-1', value: 0, group: 'lost' },
          { label: 'sticky-2 (killed)', value: 0, group: 'kept' },
          { label: 'sticky-2 (killed)', value: 5, group: 'lost' },
          { label: 'sticky-3', value: 3, group: 'kept' },
          { label: 'sticky-3', value: 0, group: 'lost' },
        ],
      },
    ],
    hypotheses: [
      {
        id: 'H1',
        statement: 'All sessions of the dead server are lost.',
        verdict: 'confirmed',
        evidence: '5 of 5 users of sticky-2 were answered 401; 7 of 7 users of the others 200.',
      },
      {
        id: 'H2',
        statement: 'Clients are routed to the living servers.',
        verdict: 'confirmed',
        evidence: 'The first request after the kill was answered by sticky-3 after 41 ms; none failed.',
      },
      {
        id: 'H3',
        statement: 'The lost users must log in again, once.',
        verdict: 'refuted',
        evidence:
          'They had to do it twice: when sticky-2 came back, 10.7 s after the kill, ip_hash sent its 5 users back to a server that no longer knew them.',
      },
    ],
    findings: [
      'Sticky loses its sessions twice: at the kill, and again when the dead server returns.',
      'A frozen server is worse than a dead one: with the default time-outs of nginx every third request hung for 60 s; with a read time-out of 1 s one request took 1,004 ms.',
    ],
    limits: ['One server of three, killed once. A deployment that drains a server first was not tried.'],
  },
];
