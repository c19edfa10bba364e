import { SallyportError } from '../errors.ts';

/** An entry of the stream is no event that this version can read, or does not fit the schema. */
export class EventUndecodableError extends SallyportError {
  override readonly name: string = 'EventUndecodableError';
  readonly stream: string;
  /** To read on after it. */
  readonly eventId: string;

  constructor(stream: string, eventId: string, options?: ErrorOptions) {
    super(
      'ERR_EVENT_UNDECODABLE',
      `The entry ${eventId} of the stream ${stream} is no event that can be read.`,
      options,
    );
    this.stream = stream;
    this.eventId = eventId;
  }
}

/** Redis did not answer, so the events may have been appended or not. With a key, appending again is safe. */
export class AppendAmbiguousError extends SallyportError {
  override readonly name: string = 'AppendAmbiguousError';
  readonly stream: string;

  constructor(stream: string, options?: ErrorOptions) {
    super(
      'ERR_APPEND_AMBIGUOUS',
      `Redis did not answer, so the event may have been appended to ${stream} or not. Append it again with the same key.`,
      options,
    );
    this.stream = stream;
  }
}

/** The reason of `signal`: the consumer was silent for too long, and another has the event now. */
export class EventClaimedError extends SallyportError {
  override readonly name: string = 'EventClaimedError';

  constructor(eventId: string) {
    super('ERR_EVENT_CLAIMED', `The event ${eventId} is no longer this consumer's: it was claimed by another.`);
  }
}

/** The reason of `signal`: the consumer was closed and the handler did not end in time; another consumer takes the event. */
export class EventInterruptedError extends SallyportError {
  override readonly name: string = 'EventInterruptedError';

  constructor(eventId: string) {
    super('ERR_EVENT_INTERRUPTED', `The consumer was closed before the event ${eventId} was done; another takes it.`);
  }
}

/** A command of an effect failed after others had been carried out. They are not carried out again. */
export class EffectPartialError extends SallyportError {
  override readonly name: string = 'EffectPartialError';
  /** How many commands took effect. */
  readonly applied: number;

  constructor(eventId: string, applied: number, reply: string) {
    super(
      'ERR_EFFECT_PARTIAL',
      `The effect of the event ${eventId} was applied in part: ${applied} of its commands, and then one failed (${reply}).`,
    );
    this.applied = applied;
  }
}
