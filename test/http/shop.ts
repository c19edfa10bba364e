/** One small application, the same on every adapter: what the conformance suite drives. */
import type { Sallyport as SallyportInstance } from 'sallyport';
import type { RequestSession } from 'sallyport/node';
import type { TokenClaims } from 'sallyport/tokens';
import { gate } from './gate.ts';

declare global {
  namespace Sallyport {
    interface SessionData {
      cart: string[];
      note: string;
      other: string;
      any: unknown;
    }
  }
}

export interface ShopRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly session: RequestSession;
  /** Lets only signed-in users on, the adapter's own way. */
  guard(role?: string): Promise<void>;
  tokenGuard(role?: string): Promise<TokenClaims>;
  /** Sends the head of the response and the beginning of its body; resolves when they are on their way. */
  begin(): Promise<void>;
  finish(rest: string): void;
  /** Adds a cookie of the application's own, the framework's way. */
  addCookie(header: string): void;
}

/** Runs a route; what it returns is sent as JSON, `undefined` means that it answered itself. */
export async function shop(sallyport: SallyportInstance, request: ShopRequest): Promise<object | undefined> {
  const { session, query } = request;
  const text = (name: string) => query.get(name) ?? '';
  switch (request.path) {
    case '/public':
      return { public: true };
    case '/whoami':
      return { userId: session.userId ?? null, authenticated: session.isAuthenticated, data: session.data };
    case '/login':
      await session.login(
        { userId: text('user'), username: text('user'), role: query.get('role') ?? 'user' },
        query.has('device') ? { device: { type: text('device') } } : {},
      );
      return { userId: session.userId };
    case '/profile':
      await request.guard();
      return { userId: session.userId, role: session.role, ip: session.ipAddress, data: session.data };
    case '/write-first':
      await session.set('note', text('value'));
      await request.guard();
      return {};
    case '/admin':
      await request.guard('admin');
      return { admin: true };
    case '/promote':
      await session.rotate({ role: 'admin' });
      return { role: session.role };
    case '/set':
      await session.set({ [text('field')]: text('value') });
      return { data: session.data };
    case '/bad':
      await session.set('any', new Map());
      return {};
    case '/big':
      await session.set('note', 'x'.repeat(10_000));
      return {};
    case '/two':
      await Promise.all([session.set('note', 'a'), session.update('cart', (cart = []) => [...cart, 'b'])]);
      return { data: session.data };
    case '/add':
      return { cart: await session.update('cart', (cart = []) => [...cart, text('item')]) };
    case '/slow-write':
      gate(text('gate')).reach();
      await gate(text('gate')).opened;
      await session.set('note', text('value'));
      return { note: session.get('note') };
    case '/stream':
      await session.set('note', 'before');
      await request.begin();
      await session.set('other', 'during');
      request.finish('streamed');
      return undefined;
    case '/late':
    case '/late/login':
    case '/late/logout':
    case '/late/rotate':
      await request.begin();
      request.finish(
        await late(session, request.path).then(
          () => 'done',
          (error: { code: string }) => error.code,
        ),
      );
      return undefined;
    case '/late/fail':
      await request.begin();
      await session.login({ userId: 'late' });
      return undefined;
    case '/late/crash':
      await request.begin();
      throw new Error('a bug of the application');
    case '/crash':
      throw new Error('a bug of the application');
    case '/cookies':
      request.addCookie('before=1');
      await session.login({ userId: text('user') });
      await session.rotate({ role: 'admin' });
      request.addCookie('after=1');
      return { role: session.role };
    case '/logout':
      await session.logout();
      return { bye: true };
    case '/api':
      return { sub: (await request.tokenGuard()).sub };
    case '/api/admin':
      return { sub: (await request.tokenGuard('admin')).sub };
    case '/token':
      return { token: (await sallyport.tokens.issue({ sub: text('user'), role: query.get('role') ?? 'user' })).token };
    default:
      return { path: request.path };
  }
}

function late(session: RequestSession, path: string): Promise<void> {
  switch (path) {
    case '/late/login':
      return session.login({ userId: 'late' });
    case '/late/logout':
      return session.logout();
    case '/late/rotate':
      return session.rotate();
    default:
      return session.set('note', 'late');
  }
}
