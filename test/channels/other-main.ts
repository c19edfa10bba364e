/** A process of its own for `channels.test.ts`: says what it hears, one JSON text in each line. */
import { createSallyport } from 'sallyport';

const sallyport = createSallyport();
const chat = sallyport.channel<number>('chat', { durable: true });
await chat.subscribe(
  async (message, { id }) => {
    console.log(JSON.stringify({ message, id }));
    if (message === 99) await chat.publish(100);
    if (message === 100) setImmediate(() => void sallyport.close());
  },
  { after: '0' },
);
console.log('"subscribed"');
