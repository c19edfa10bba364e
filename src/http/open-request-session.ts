import type { OpenedSession, Sessions } from '../sessions/index.ts';
import type { HttpExchange } from './exchange.ts';
import { RequestSession, type SessionState } from './request-session.ts';
import type { SessionCookie } from './session-cookie.ts';

/** What the HTTP adapters use of `createSallyport`. */
export interface SessionSource {
  readonly sessions: Sessions;
  readonly sessionCookie: SessionCookie;
  /** Is told who asks, when that is a signed-in user. It returns at once. */
  readonly onUserRequest?: (userId: string) => void;
}

/**
 * Reads and renews the session a request's cookie names: one round trip, none without a cookie. At once, without a
 * promise, where nothing has to be asked. Never rejects.
 *
 * A cookie that leads to nothing is left alone: clearing it could throw away the newer one that a parallel login has
 * just set.
 */
export function openRequestSession(
  source: SessionSource,
  exchange: HttpExchange,
): RequestSession | Promise<RequestSession> {
  const { sessions, sessionCookie } = source;
  const id = sessionCookie.read(exchange.cookieHeader);
  if (id === undefined || id === '') return requestSession(source, exchange, { status: 'none' });
  const cached = sessions.openCached(id);
  if (cached !== undefined) return requestSession(source, exchange, stateOf(cached));
  return sessions.open(id).then(
    (opened) => requestSession(source, exchange, stateOf(opened)),
    (error: Error) => requestSession(source, exchange, { status: 'failed', error }),
  );
}

function requestSession(
  { sessions, sessionCookie, onUserRequest }: SessionSource,
  exchange: HttpExchange,
  state: SessionState<Sallyport.SessionData>,
): RequestSession {
  if (onUserRequest !== undefined && state.status === 'live') {
    const { userId } = state.session;
    if (userId !== undefined) onUserRequest(userId);
  }
  return new RequestSession(sessions, sessionCookie, exchange, state);
}

function stateOf(opened: OpenedSession<Sallyport.SessionData>): SessionState<Sallyport.SessionData> {
  return opened.status === 'missing' ? { status: 'none' } : opened;
}
