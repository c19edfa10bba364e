/** Coherent sessions: kept in Redis, and served from each server's memory while it is proven to hear of every change. */
import type { Express } from 'express';
import { mountSessionsInRedis } from './redis.ts';
import type { SchemeSettings } from './scheme.ts';

export function mountCoherent(app: Express, settings: SchemeSettings): void {
  mountSessionsInRedis(app, settings, { coherent: true });
}
