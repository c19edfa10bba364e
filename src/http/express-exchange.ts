import type { Request, Response } from 'express';
import type { HttpExchange } from './exchange.ts';
import { NodeExchange } from './node-exchange.ts';

/** The exchange of Express' request and response, which know what a trusted proxy says of the client. */
export function expressExchange(request: Request, response: Response): HttpExchange {
  return new NodeExchange(request, response, clientAddress);
}

function clientAddress({ ip }: Request): string | undefined {
  return ip;
}
