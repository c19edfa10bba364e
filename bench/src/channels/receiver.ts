/** What the process that receives makes of what it hears. */
import { Tally } from '../queue/tally.ts';
import { end, type FromReceiver, nowMs, probe } from './receiver-messages.ts';
import type { Payload } from './subject.ts';

/** So seldom is told how many have come: it is work besides what is measured. */
const toldEvery = 250;

export class Receiver {
  readonly #tell: (message: FromReceiver) => void;
  #isHeard = false;
  #tally = new Tally(0);
  #receivedAt = new Float64Array(0);
  #received = 0;
  #outOfOrder = 0;
  #cpu = process.cpuUsage();

  constructor(tell: (message: FromReceiver) => void) {
    this.#tell = tell;
  }

  expect(messages: number): void {
    this.#tally = new Tally(messages);
    this.#receivedAt = new Float64Array(messages);
    this.#received = 0;
    this.#outOfOrder = 0;
    this.#cpu = process.cpuUsage();
    this.#tell({ kind: 'expecting' });
  }

  readonly heard = ({ n }: Payload): void => {
    if (n >= 0) this.#receive(n);
    else if (n === end) this.#end();
    else if (n === probe && !this.#isHeard) {
      this.#isHeard = true;
      this.#tell({ kind: 'heard' });
    }
  };

  #receive(n: number): void {
    this.#receivedAt[n] = nowMs();
    this.#tally.ran(n);
    if (n !== this.#received++) this.#outOfOrder++;
    if (this.#received % toldEvery === 0 || this.#received === this.#receivedAt.length) {
      this.#tell({ kind: 'received', messages: this.#received });
    }
  }

  /** What was published before it has come by now, or never will. */
  #end(): void {
    const { user, system } = process.cpuUsage(this.#cpu);
    try {
      this.#tally.check();
      if (this.#outOfOrder > 0) throw new Error(`${this.#outOfOrder} messages came out of order.`);
    } catch (error) {
      this.#tell({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
      return;
    }
    this.#tell({ kind: 'ended', receivedAt: this.#receivedAt, cpuMicros: user + system });
  }
}
