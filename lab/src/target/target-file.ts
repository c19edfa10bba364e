/** What a target file says, as `readTarget` returns it: checked, and with its defaults filled in. */
import type { BalancerPolicy } from '../cluster/index.ts';
import type { Json } from '../results.ts';

/** Exactly one member is there. */
type OneOf<Members> = {
  [Name in keyof Members]: Pick<Members, Name> & { readonly [Other in Exclude<keyof Members, Name>]?: never };
}[keyof Members];

export type Texts = Readonly<Record<string, string>>;

export interface TargetCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Seen from the folder of the file. */
  readonly cwd: string;
  readonly env: Texts;
}

export interface TargetNode {
  readonly url: string;
  readonly start?: TargetCommand;
  /** When it is there, both commands return; otherwise `start` is the server itself. */
  readonly stop?: TargetCommand;
  readonly health: string;
  readonly count: number;
}

export interface TargetUser {
  readonly user: string;
  readonly password: string;
  readonly shownAs?: string;
}

export type TargetBody = OneOf<{ readonly json: { readonly [name: string]: Json }; readonly form: Texts }>;

export interface TargetCsrf {
  readonly path?: string;
  readonly from: OneOf<{
    readonly header: string;
    readonly cookie: string;
    readonly json: string;
    readonly regex: string;
  }>;
  readonly into: OneOf<{ readonly header: string; readonly field: string }>;
}

type TargetMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A login or a logout. */
export interface TargetRequest {
  readonly path: string;
  readonly method: TargetMethod;
  readonly headers?: Texts;
  readonly body?: TargetBody;
  readonly csrf?: TargetCsrf;
  readonly success?: readonly number[];
}

type TargetCredential =
  | { readonly kind: 'cookie'; readonly name?: string; readonly from?: never }
  | { readonly kind: 'bearer'; readonly from: string; readonly name?: never };

interface TargetWhoami {
  readonly path: string;
  readonly method: TargetMethod;
  readonly headers?: Texts;
  readonly body?: TargetBody;
  readonly user: OneOf<{ readonly json: string; readonly regex: string }>;
  readonly loggedOut: { readonly statuses: readonly number[]; readonly location?: string };
}

interface TargetLimits {
  readonly requestTimeoutMs: number;
  readonly startSeconds: number;
  readonly waitSeconds: number;
  readonly probeSeconds: number;
  readonly trials: number;
  readonly clients: number;
}

export type TargetStore =
  | { readonly lab: 'redis'; readonly start?: TargetCommand; readonly stop?: TargetCommand }
  | { readonly lab?: never; readonly start: TargetCommand; readonly stop: TargetCommand };

export interface TargetFile {
  readonly $schema?: string;
  readonly name: string;
  readonly nodes: readonly TargetNode[];
  readonly balancer?: OneOf<{ readonly url: string; readonly lab: BalancerPolicy }>;
  readonly store?: TargetStore;
  readonly headers?: Texts;
  readonly server?: OneOf<{ readonly header: string; readonly json: string }>;
  readonly users: readonly TargetUser[];
  readonly login: TargetRequest & { readonly body: TargetBody };
  readonly credential: TargetCredential;
  readonly whoami: TargetWhoami;
  readonly logout?: TargetRequest;
  readonly ttlSeconds?: number;
  readonly limits: TargetLimits;
}
