/** Target files for fixture-app.mjs. */
import { fixtureFolder } from './run-file.ts';

export const password = 'hunter2-of-the-tests';

export function fixtureStart(env: Readonly<Record<string, string>> = {}): object {
  return {
    command: 'node',
    args: ['fixture-app.mjs'],
    cwd: fixtureFolder,
    env: { PORT: `\${PORT}`, PASSWORD: password, ...env },
  };
}

/** A form with a CSRF token in a hidden field, and a logout with one in a header. */
export function formFile(changes: object = {}, env: Readonly<Record<string, string>> = {}): object {
  return {
    name: 'Form',
    nodes: [{ url: `http://127.0.0.1:\${PORT}`, count: 2, start: fixtureStart(env), health: '/login' }],
    users: [
      { user: 'ada', password },
      { user: 'grace', password },
    ],
    login: {
      path: '/login',
      body: { form: { user: `\${USER}`, password: `\${PASSWORD}` } },
      csrf: { from: { regex: 'name="csrf" value="([^"]+)"' }, into: { field: 'csrf' } },
    },
    credential: { kind: 'cookie' },
    whoami: { path: '/me', user: { json: '/user' }, loggedOut: { statuses: [200] } },
    logout: {
      path: '/logout',
      csrf: { path: '/csrf', from: { json: '/csrf' }, into: { header: 'X-CSRF' } },
    },
    ...changes,
  };
}

/** The login of the same application for programs, without a token. */
export const apiLogin: object = { path: '/api/login', body: { json: { user: `\${USER}`, password: `\${PASSWORD}` } } };

/** Tokens in a cookie that nobody verifies. */
export function tokenFile(changes: object = {}, env: Readonly<Record<string, string>> = {}): object {
  return {
    name: 'Tokens',
    nodes: [{ url: `http://127.0.0.1:\${PORT}`, start: fixtureStart({ MODE: 'unverified', ...env }) }],
    users: [{ user: 'ada', password }],
    login: { path: '/login', body: { json: { user: `\${USER}`, password: `\${PASSWORD}` } } },
    credential: { kind: 'cookie', name: 'jwt' },
    whoami: { path: '/me', user: { json: '/user' } },
    ...changes,
  };
}
