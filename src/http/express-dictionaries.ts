/**
 * Express changes the prototype of each request and response. In V8 before 13 (Node 20 and 22) such an object gets hidden
 * classes that it shares with no other as soon as a property is added, and Express adds several: no inline cache ever hits,
 * which is two fifths of the CPU time of a small application. Objects that lost a property are kept as dictionaries, whose
 * properties are found as fast in each of them. From V8 13 on the hidden classes are shared, and nothing is to be done.
 */
import type { Request, Response } from 'express';

const isFaster = Number.parseInt(process.versions.v8, 10) < 13;

/** Has the engine keep both as dictionaries where that is faster. Of this nothing is seen but another order of properties. */
export function keepAsDictionaries(request: Request, response: Response): void {
  if (!isFaster) return;
  // These two are Express' own.
  takeOutAndPutBack(request, 'res');
  takeOutAndPutBack(response, 'req');
}

function takeOutAndPutBack(object: object, name: string): void {
  const property = Object.getOwnPropertyDescriptor(object, name);
  if (property !== undefined && Reflect.deleteProperty(object, name)) Object.defineProperty(object, name, property);
}
