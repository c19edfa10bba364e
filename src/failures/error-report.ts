/** What is kept of an error that a handler threw. */

export interface ErrorReport {
  readonly name: string;
  readonly message: string;
  /** Only of the last failure. */
  readonly stack?: string;
  readonly code?: string;
}

const mostCharacters = 4096;

/** Shortened, and safe for anything that was thrown. */
export function reportError(error: unknown, { withStack }: { readonly withStack: boolean }): ErrorReport {
  if (!(error instanceof Error)) return { name: typeof error, message: cut(describe(error)) };
  const code = memberOf(error, 'code');
  const stack = withStack ? memberOf(error, 'stack') : undefined;
  return {
    name: cut(describe(memberOf(error, 'name') ?? 'Error')),
    message: cut(describe(memberOf(error, 'message') ?? '')),
    ...(typeof code === 'string' ? { code: cut(code) } : {}),
    ...(typeof stack === 'string' ? { stack: cut(stack) } : {}),
  };
}

/** What others have made of an error may be anything, or throw when it is asked for. */
function memberOf(error: object, name: string): unknown {
  try {
    return (error as Record<string, unknown>)[name];
  } catch {
    return undefined;
  }
}

function describe(thrown: unknown): string {
  try {
    return typeof thrown === 'string' ? thrown : (JSON.stringify(thrown) ?? String(thrown));
  } catch {
    return Object.prototype.toString.call(thrown);
  }
}

function cut(text: string): string {
  return text.length <= mostCharacters ? text : `${text.slice(0, mostCharacters)}…`;
}
