import type { Sessions } from '../sessions/index.ts';
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
 * Reads and renews the session a request's cookie names: one round trip, none without a cookie. Never rejects.
 *
 * A cookie that leads to nothing is left alone: clearing it could throw away the newer one that a parallel login has
 * just set.
 */
export async function openRequestSession(
  { sessions, sessionCookie, onUserRequest }: SessionSource,
  exchange: HttpExchange,
): Promise<RequestSession> {
  const state = await stateOf(sessions, sessionCookie, exchange);
  if (onUserRequest !== undefined && state.status === 'live') {
    const { userId } = state.session;
    if (userId !== undefined) onUserRequest(userId);
  }
  return new RequestSession(sessions, sessionCookie, exchange, state);
}

async function stateOf(
  sessions: Sessions,
  cookie: SessionCookie,
  exchange: HttpExchange,
): Promise<SessionState<Sallyport.SessionData>> {
  const id = cookie.read(exchange.cookieHeader);
  if (id === undefined || id === '') return { status: 'none' };
  try {
    const opened = await sessions.open(id);
    return opened.status === 'missing' ? { status: 'none' } : opened;
  } catch (error) {
    return { status: 'failed', error: error as Error };
  }
}
