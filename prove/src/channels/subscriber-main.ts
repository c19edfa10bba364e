/** A subscriber of a round: writes down what it gets, leaves and comes back, and breaks itself where the plan says. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ChannelGap, MessageDetails } from 'sallyport/channels';
import { OwnStrikes } from '../faults/own-strikes.ts';
import { openLedger } from '../ledger.ts';
import { stageOrders } from '../rounds/stage-child.ts';
import type { ChannelEntry } from './ledger-entry.ts';
import { type Message, openChannel } from './open-channel.ts';
import type { SubscriberOrders } from './orders.ts';

const orders = stageOrders<SubscriberOrders>();
const { stayMs } = orders;
const { bufferSize, workMs, isLoop } = orders.subscriber;
const ledger = openLedger<ChannelEntry>(orders.ledger, { synced: false });
const own = new OwnStrikes(orders.strikes, ledger);
const { app, channel } = await openChannel(orders);
let after = orders.after;
let number = 0;
let running = 0;

function take({ name }: Message, { id = '', gap }: MessageDetails): void {
  own.at('working', number);
  ledger.write({ event: 'got', name, id, afterGap: gap !== undefined });
  after = id;
  own.at('effect', number);
}

function handle(message: Message, details: MessageDetails): unknown {
  number++;
  own.at('taken', number);
  if (workMs === 0) {
    take(message, details);
    own.at('telling', number);
    return undefined;
  }
  return work(message, details);
}

async function work(message: Message, details: MessageDetails): Promise<void> {
  running++;
  try {
    await delay(Math.random() * workMs);
    take(message, details);
    own.at('telling', number);
  } finally {
    running--;
  }
}

const onGap = ({ reason, after: known = '' }: ChannelGap) => ledger.write({ event: 'gap', reason, after: known });

interface Joined {
  leave(): Promise<void>;
}

async function join(): Promise<Joined> {
  if (!isLoop) {
    const subscription = await channel.subscribe(handle, { ...(after === '' ? {} : { after }), bufferSize, onGap });
    return {
      leave: async () => {
        await subscription.close();
        // What runs is not awaited by `close`; it is not to come again.
        while (running > 0) await delay(1);
        // Subscribed before the first one was published, and has got none.
        after ||= '0';
        const { lastId } = subscription;
        ledger.write({ event: 'left', ...(lastId === undefined ? {} : { lastId }) });
      },
    };
  }
  const end = new AbortController();
  const over = insist(async () => {
    const messages = channel.messages({ after: after || '0', bufferSize, onGap, signal: end.signal });
    for await (const { message, ...details } of messages) await handle(message, details);
  });
  return {
    leave: async () => {
      end.abort();
      await over;
    },
  };
}

/** While Redis is away a subscription is refused. */
async function insist<Value>(attempt: () => Promise<Value>): Promise<Value> {
  for (;;) {
    try {
      return await attempt();
    } catch {
      await delay(20);
    }
  }
}

const over = new AbortController();

async function comeAndGo(): Promise<void> {
  let joined = await insist(join);
  ledger.write({ event: 'ready' });
  while (!over.signal.aborted) {
    await (stayMs > 0
      ? delay(stayMs, undefined, { signal: over.signal }).catch(() => {})
      : new Promise((resolve) => over.signal.addEventListener('abort', resolve)));
    await joined.leave();
    if (!over.signal.aborted) joined = await insist(join);
  }
}

process.once('SIGTERM', async () => {
  over.abort();
  await ended;
  await app.close();
  ledger.write({ event: 'closed' });
  process.exit(0);
});
const ended = comeAndGo();
await ended;
