/** One simulated user of an application that a file describes: logs in, asks who it is, logs out. */
import type { Status } from '../experiments/wording.ts';
import { textAt } from './answer-text.ts';
import { BrowserCookies, type CookieValues } from './browser-cookies.ts';
import type { Exchange, ExchangeOptions, Http } from './exchange.ts';
import { fill, fillAll, type PlaceholderValues } from './placeholders.ts';
import type { Redaction } from './redaction.ts';
import { requestBody } from './request-body.ts';
import type { TargetCsrf, TargetFile, TargetRequest, TargetUser, Texts } from './target-file.ts';

/**
 * What "who am I" said: the right user; nobody, in the way that the file describes; somebody else; an answer that is
 * none of these; an error of the server, or no answer.
 */
export type Outcome = 'recognised' | 'logged-out' | 'another-user' | 'unclear' | 'failed';

/** Plain JSON without anything secret, to be recorded as it is. */
export type WhoamiAnswer = {
  readonly status: Status;
  readonly outcome: Outcome;
  /** What the answer says about the node that gave it; `null` when it says nothing. */
  readonly server: string | null;
  readonly durationMs: number;
};

export type ActionAnswer = {
  readonly status: Status;
  /** Whether the answer says that it worked. */
  readonly accepted: boolean;
  /** Why it could not even be tried; `null` otherwise. */
  readonly problem: string | null;
  readonly durationMs: number;
};

/** What a logged-in client holds at one moment. Secret. */
export interface Credential {
  readonly cookies: CookieValues;
  readonly token: string | undefined;
}

export interface VisitorSettings {
  readonly file: TargetFile;
  readonly http: Http;
  readonly redaction: Redaction;
  /** Values of the file's `${env:NAME}`. */
  readonly environment: PlaceholderValues;
  /** Sent as `X-Forwarded-For`; `undefined` leaves the header out. */
  readonly address: string | undefined;
  /** Ids of the nodes by what the lab's balancer calls them in `X-Upstream`. */
  readonly upstreams: ReadonlyMap<string, string>;
  readonly signal?: AbortSignal | undefined;
}

/** Values that are shorter, such as a language, are no credentials. */
const shortestSecret = 8;

export class Visitor {
  readonly user: TargetUser;
  readonly cookies: BrowserCookies;
  #token: string | undefined;
  readonly #settings: VisitorSettings;
  readonly #values: PlaceholderValues;
  readonly #pathValues: PlaceholderValues;

  constructor(settings: VisitorSettings, user: TargetUser, credential?: Credential) {
    this.user = user;
    this.cookies = new BrowserCookies(credential?.cookies);
    this.#token = credential?.token;
    this.#settings = settings;
    const password = fill(user.password, settings.environment);
    this.#values = { ...settings.environment, USER: user.user, PASSWORD: password };
    this.#pathValues = Object.fromEntries(
      Object.entries(this.#values).map(([name, value]) => [name, encodeURIComponent(value)]),
    );
    settings.redaction.add(password);
  }

  /** A second client with the same user and a credential that this one or another one held. */
  withCredential(credential: Credential): Visitor {
    return new Visitor(this.#settings, this.user, credential);
  }

  /** A new client with the same name and another password. */
  withPassword(password: string): Visitor {
    return new Visitor(this.#settings, { ...this.user, password });
  }

  credential(): Credential {
    return { cookies: this.cookies.values(), token: this.#token };
  }

  /** @param url Of a node or of the balancer. */
  async login(url: string): Promise<ActionAnswer> {
    const { login, credential } = this.#settings.file;
    const { answer, ...action } = await this.#act(url, login, false);
    if (answer === undefined || credential.kind === 'cookie') return action;
    const token = textAt({ json: credential.from }, answer);
    if (token === undefined) {
      const problem = action.accepted ? `no token at ${credential.from} in the answer to the login` : null;
      return { ...action, accepted: false, problem };
    }
    this.#token = token;
    this.#settings.redaction.add(token);
    return action;
  }

  /** @throws Error when the file describes no logout */
  async logout(url: string): Promise<ActionAnswer> {
    const { logout } = this.#settings.file;
    if (logout === undefined) throw new Error('The file describes no logout.');
    const { answer: _, ...action } = await this.#act(url, logout, true);
    return action;
  }

  async whoami(url: string, options: ExchangeOptions = {}): Promise<WhoamiAnswer> {
    const { whoami, credential } = this.#settings.file;
    const answer = await this.#send(url, whoami, {
      options,
      // A bearer token has to do by itself.
      cookies: credential.kind === 'cookie',
      token: true,
    });
    const { status, durationMs } = answer;
    return { status, outcome: this.#outcome(answer), server: this.#server(answer), durationMs };
  }

  /** Fetches a page as a browser does before its user logs in, and keeps its cookies. */
  async visit(url: string, path: string): Promise<Status> {
    return (await this.#send(url, { path, method: 'GET' }, { cookies: true, token: false })).status;
  }

  #outcome(answer: Exchange): Outcome {
    const { user: place, loggedOut } = this.#settings.file.whoami;
    const { status } = answer;
    if (typeof status !== 'number' || status >= 500) return 'failed';
    const shown = status < 300 ? textAt(place, answer) : undefined;
    if (shown !== undefined) return shown === (this.user.shownAs ?? this.user.user) ? 'recognised' : 'another-user';
    if (!loggedOut.statuses.includes(status)) return 'unclear';
    const isRedirect = status >= 300 && status < 400;
    if (!isRedirect || loggedOut.location === undefined) return 'logged-out';
    const [location = ''] = [answer.headers.location ?? []].flat();
    return location.includes(loggedOut.location) ? 'logged-out' : 'unclear';
  }

  #server(answer: Exchange): string | null {
    const { file, upstreams, redaction } = this.#settings;
    if (file.server !== undefined) {
      const named = textAt(file.server, answer);
      return named === undefined ? null : redaction.clean(named).slice(0, 80);
    }
    // The last one that was tried is the one that answered.
    const tried = [answer.headers['x-upstream'] ?? []]
      .flat()
      .join(', ')
      .split(/[,\s]+/);
    return upstreams.get(tried.at(-1) ?? '') ?? null;
  }

  async #act(
    url: string,
    request: TargetRequest,
    loggedIn: boolean,
  ): Promise<ActionAnswer & { readonly answer?: Exchange }> {
    const csrf = request.csrf === undefined ? undefined : await this.#csrfToken(url, request, request.csrf, loggedIn);
    if (csrf !== undefined && 'problem' in csrf) return { ...csrf, accepted: false };
    const answer = await this.#send(url, request, { cookies: true, token: loggedIn, csrf: csrf?.token });
    const { status, durationMs } = answer;
    const accepted = typeof status === 'number' && (request.success?.includes(status) ?? status < 400);
    return { status, accepted, problem: null, durationMs, answer };
  }

  async #csrfToken(
    url: string,
    request: TargetRequest,
    csrf: TargetCsrf,
    loggedIn: boolean,
  ): Promise<
    { readonly token: string } | { readonly problem: string; readonly status: Status; readonly durationMs: number }
  > {
    const path = csrf.path ?? request.path;
    const page = await this.#send(url, { path, method: 'GET' }, { cookies: true, token: loggedIn });
    const token = textAt(csrf.from, page, this.cookies);
    if (token !== undefined) return { token };
    const { status, durationMs } = page;
    return { problem: `no token where csrf.from says in the answer to GET ${path} (${status})`, status, durationMs };
  }

  async #send(
    url: string,
    request: Pick<TargetRequest, 'path' | 'method' | 'headers' | 'body' | 'csrf'>,
    sent: { cookies: boolean; token: boolean; csrf?: string | undefined; options?: ExchangeOptions },
  ): Promise<Exchange> {
    const { file, http, address, signal } = this.#settings;
    const csrf =
      request.csrf === undefined || sent.csrf === undefined ? undefined : { ...request.csrf.into, token: sent.csrf };
    const body = requestBody(request.body, csrf, (value) => fillAll(value, this.#values));
    const cookie = sent.cookies ? this.cookies.header() : undefined;
    const given: Texts = fillAll({ ...file.headers, ...request.headers }, this.#values);
    const answer = await http.send(
      {
        url,
        path: fill(request.path, this.#pathValues),
        method: request.method,
        headers: {
          ...(address === undefined ? {} : { 'x-forwarded-for': address }),
          // As a browser does; many frameworks compare it with the host.
          ...(request.method === 'GET' ? {} : { origin: new URL(url).origin }),
          ...body.headers,
          ...given,
          ...(csrf?.header === undefined ? {} : { [csrf.header]: csrf.token }),
          ...(cookie === undefined ? {} : { cookie }),
          ...(sent.token && this.#token !== undefined ? { authorization: `Bearer ${this.#token}` } : {}),
        },
        body: body.text,
      },
      { ...sent.options, ...(signal === undefined ? {} : { signal }) },
    );
    if (sent.cookies) this.cookies.take(answer.headers['set-cookie']);
    for (const value of this.cookies.values().values())
      if (value.length >= shortestSecret) this.#settings.redaction.add(value);
    return answer;
  }
}
