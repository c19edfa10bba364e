import { SallyportError } from '../errors.ts';

/** The server cannot do what `durability` asks for. */
export class QueueDurabilityError extends SallyportError {
  override readonly name: string = 'QueueDurabilityError';

  constructor(options?: ErrorOptions) {
    super(
      'ERR_QUEUE_DURABILITY_UNSUPPORTED',
      'durability.fsync needs WAITAOF, which Redis has since 7.2, and the setting "appendonly yes". ' +
        'Use durability.replicas, or "appendfsync always", which makes every add wait for the disk.',
      options,
    );
  }
}
