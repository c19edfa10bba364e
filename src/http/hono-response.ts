/** What has to be done by hand to a response of Hono. */
import type { Context } from 'hono';
import { answerTo } from './answer.ts';
import { withoutCookie } from './set-cookie-list.ts';

/** Hono's own error handler sends this response, so the status is right even without `errorHandler`. */
export function withResponse(error: unknown): unknown {
  const answer = answerTo(error, 'session');
  if (answer === undefined) return error;
  const { status, headers, body } = answer;
  return Object.assign(error as Error, { getResponse: () => Response.json(body, { status, headers }) });
}

/** Adds a cookie to the response, in place of an earlier one of the same name. */
export function putCookie(
  context: Context,
  { name, header }: { readonly name: string; readonly header: string },
): void {
  const present = context.res.headers.getSetCookie();
  const others = withoutCookie(present, name);
  if (others.length < present.length) {
    context.header('Set-Cookie', undefined);
    for (const other of others) context.header('Set-Cookie', other, { append: true });
  }
  context.header('Set-Cookie', header, { append: true });
}
