/**
 * User agents, each stored once: sessions hold a reference of 10 characters, for the text is longer than all else of an
 * ordinary session, and the same for very many. A text is kept as long as a session may refer to it.
 */
import { hash } from 'node:crypto';
import { defineScript } from '../redis/define-script.ts';
import type { RedisPort } from '../redis/port.ts';
import { userAgentKey } from './keys.ts';

const keepScript = defineScript(new URL('./keep-user-agent.lua', import.meta.url));

interface Known {
  readonly text: string;
  /** Until when it is certainly in Redis, on the monotonic clock. */
  readonly keptUntil: number;
}

const mostKnown = 5_000;
const leastSlackMs = 3_600_000;
const mostSlackMs = 86_400_000;

export class UserAgents {
  readonly #redis: RedisPort;
  readonly #namespace: string;
  /** Those seen first go first. */
  readonly #known = new Map<string, Known>();

  constructor(redis: RedisPort, namespace: string) {
    this.#redis = redis;
    this.#namespace = namespace;
  }

  /** 60 bits of SHA-256: a second text for one costs 2^60 tries, and would only change what is shown. */
  referenceOf(text: string): string {
    return hash('sha256', text, 'base64url').slice(0, 10);
  }

  /** Stores a text for a session that lives so long; without the text, finds it. Never rejects: it is only shown. */
  async keep(reference: string, text: string | undefined, lifeMs: number): Promise<string | undefined> {
    // Longer than this session, so that the same text need not be kept anew for each.
    const ttlMs = Math.ceil(lifeMs + Math.min(Math.max(lifeMs, leastSlackMs), mostSlackMs));
    const keptUntil = performance.now() + ttlMs;
    try {
      const key = userAgentKey(this.#namespace, reference);
      const found = await this.#redis.run(keepScript, [key], [String(ttlMs), text ?? '']);
      if (typeof found !== 'string') return undefined;
      this.#remember(reference, { text: found, keptUntil });
      return found;
    } catch {
      return text;
    }
  }

  /** The text, if it is in this process' memory and in Redis as long as the session lives. */
  known(reference: string, lifeMs: number): string | undefined {
    const known = this.#known.get(reference);
    return known !== undefined && known.keptUntil - performance.now() >= lifeMs ? known.text : undefined;
  }

  /** One round trip for a text that this server has not seen, or has not kept for long enough. */
  async find(reference: string, lifeMs: number): Promise<string | undefined> {
    return this.known(reference, lifeMs) ?? this.keep(reference, this.#known.get(reference)?.text, lifeMs);
  }

  #remember(reference: string, known: Known): void {
    this.#known.delete(reference);
    this.#known.set(reference, known);
    if (this.#known.size <= mostKnown) return;
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest);
      break;
    }
  }
}
