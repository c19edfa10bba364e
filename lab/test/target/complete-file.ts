/** Two target files that together use every member there is. They are also a check of the types against the schema. */
import type { TargetFile } from '../../src/target/target-file.ts';

const command = { command: 'docker', args: ['start', 'shop'], cwd: '.', env: { A: 'b' } };

const whoami = {
  path: '/me',
  method: 'GET',
  headers: { Accept: 'application/json' },
  body: { json: { query: '{ me { name } }' } },
  user: { json: '/user' },
  loggedOut: { statuses: [401], location: '/login' },
} as const;

export const completeFiles: readonly TargetFile[] = [
  {
    $schema: 'target.schema.json',
    name: 'Shop',
    nodes: [{ url: 'http://127.0.0.1:3000', start: command, stop: command, health: '/health', count: 1 }],
    balancer: { url: 'https://shop.example:8443' },
    store: { start: command, stop: command },
    headers: { 'X-Forwarded-Proto': 'https' },
    server: { header: 'X-Node' },
    users: [{ user: 'ada', password: 'engine', shownAs: '17' }],
    login: {
      path: '/login',
      method: 'POST',
      headers: { Accept: 'text/html' },
      body: { form: { user: `\${USER}`, password: `\${PASSWORD}` } },
      csrf: { path: '/form', from: { header: 'X-CSRF' }, into: { header: 'X-CSRF' } },
      success: [303],
    },
    credential: { kind: 'cookie', name: 'sid' },
    whoami,
    logout: {
      path: '/logout',
      method: 'DELETE',
      headers: { Accept: 'text/html' },
      body: { json: { user: `\${USER}` } },
      csrf: { from: { cookie: 'xsrf' }, into: { field: 'csrf' } },
      success: [204],
    },
    ttlSeconds: 30,
    limits: { requestTimeoutMs: 5000, startSeconds: 30, waitSeconds: 60, probeSeconds: 180, trials: 20, clients: 12 },
  },
  {
    name: 'API',
    nodes: [{ url: 'http://127.0.0.1:3001', health: '/', count: 1 }],
    balancer: { lab: 'ip-hash' },
    store: { lab: 'redis' },
    server: { json: '/node' },
    users: [{ user: 'ada', password: 'engine' }],
    login: {
      path: '/login',
      method: 'POST',
      body: { json: { user: `\${USER}` } },
      csrf: { from: { json: '/csrf' }, into: { header: 'X-CSRF' } },
    },
    credential: { kind: 'bearer', from: '/token' },
    whoami: { ...whoami, body: { form: { a: 'b' } }, user: { regex: 'Hello, ([^<]+)' } },
    logout: { path: '/logout', method: 'POST', csrf: { from: { regex: 'value="([^"]+)"' }, into: { field: 'csrf' } } },
    limits: { requestTimeoutMs: 5000, startSeconds: 30, waitSeconds: 60, probeSeconds: 180, trials: 20, clients: 12 },
  },
];
