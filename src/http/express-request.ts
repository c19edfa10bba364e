/**
 * `request.session` and `request.token` of Express. Express gives each request a prototype of its own making, after which
 * no two of them share a hidden class of the engine: a property more costs each request 3 to 5 µs (Node 20), which is as
 * much as all the rest of a coherent session. So both are accessors of Express' prototype of requests, and what they give
 * lies in the state of the stream that every request is.
 */
import { IncomingMessage } from 'node:http';
import type { Request } from 'express';

type Member = 'session' | 'token';

const places: Readonly<Record<Member, symbol>> = { session: Symbol('session'), token: Symbol('token') };

interface StreamState {
  [place: symbol]: unknown;
}

/** Puts members on the requests of one middleware. They are like properties that were assigned, also for other libraries. */
export class RequestMembers<Name extends Member> {
  readonly #name: Name;
  #app: unknown;
  #isAccessor = false;

  constructor(name: Name) {
    this.#name = name;
  }

  put(request: Request, value: Request[Name]): void {
    if (request.app !== this.#app) {
      this.#app = request.app;
      this.#isAccessor = defineAccessor(request, this.#name);
    }
    const state = stateOf(request);
    if (!this.#isAccessor || state === undefined || Object.hasOwn(request, this.#name)) request[this.#name] = value;
    else state[places[this.#name]] = value;
  }
}

/** @returns false for a request that is not Express' own */
function defineAccessor(request: object, name: Member): boolean {
  const prototype = basePrototype(request);
  if (prototype === undefined || isHidden(name, request, prototype)) return false;
  if (Object.hasOwn(prototype, name)) return Object.hasOwn(prototype, places[name]);
  const place = places[name];
  Object.defineProperty(prototype, name, {
    configurable: true,
    get(this: object) {
      return stateOf(this)?.[place];
    },
    // As an assignment does where there is no accessor.
    set(this: object, value: unknown) {
      Object.defineProperty(this, name, { configurable: true, enumerable: true, writable: true, value });
    },
  });
  // Whose accessor it is.
  Object.defineProperty(prototype, place, { configurable: true, writable: true, value: undefined });
  return true;
}

/** Whether an application gives its requests a member of that name by their prototype (`app.request`), which would come first. */
function isHidden(name: Member, request: object, base: object): boolean {
  let prototype: object | null = Object.getPrototypeOf(request);
  while (prototype !== null && prototype !== base) {
    if (Object.hasOwn(prototype, name)) return true;
    prototype = Object.getPrototypeOf(prototype);
  }
  return false;
}

/** The prototype that the requests of all applications have, also of those mounted in others. */
function basePrototype(request: object): object | undefined {
  let prototype: object | null = Object.getPrototypeOf(request);
  while (prototype !== null) {
    const above: object | null = Object.getPrototypeOf(prototype);
    if (above === IncomingMessage.prototype) return prototype;
    prototype = above;
  }
  return undefined;
}

function stateOf(request: object): StreamState | undefined {
  const { _readableState: state } = request as { readonly _readableState?: StreamState };
  return typeof state === 'object' ? state : undefined;
}
