/** The server process that receives; the one that publishes has started it. */
import { Receiver } from './receiver.ts';
import type { FromReceiver, ToReceiver } from './receiver-messages.ts';
import { openChannel } from './subjects.ts';

const tell = (message: FromReceiver) => void process.send?.(message);
const receiver = new Receiver(tell);

// A parent that is killed must not leave a process behind.
process.once('disconnect', () => process.exit(1));
process.on('message', async (message: ToReceiver) => {
  if (message.kind === 'expect') receiver.expect(message.messages);
  else {
    await openChannel[message.subject](message.url, receiver.heard).catch((error: Error) => {
      tell({ kind: 'failed', message: error.message });
    });
  }
});
