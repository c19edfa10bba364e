/** Every answer of a lab server says which server gave it: in `X-Server-Id` and as `server` in its JSON body. */
import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import { errorHandler, type SessionSource } from 'sallyport/express';

export function servedBy(server: string): RequestHandler {
  return (_request, response, next) => {
    response.set('X-Server-Id', server);
    const json = response.json.bind(response);
    response.json = (body: object) => json({ server, ...body });
    next();
  };
}

/** Sallyport decides on the status, headers and words of its errors; here the server's name joins them. */
export function answerErrors(source: SessionSource): ErrorRequestHandler {
  const answer = errorHandler(source);
  return (error, request, response, next) => {
    const named = Object.create(response, {
      writeHead: { value: (status: number, headers: Record<string, string>) => response.status(status).set(headers) },
      end: { value: (body: string) => response.json(JSON.parse(body)) },
    }) as Response;
    answer(error, request, named, next);
  };
}
