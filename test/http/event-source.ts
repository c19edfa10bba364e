/** A browser's EventSource, as far as tests need one: reads, and comes back where it was. */
import { type IncomingMessage, request } from 'node:http';

export interface ReceivedEvent {
  readonly event: string;
  readonly data: string;
  readonly id: string;
}

export class TestEventSource {
  readonly events: ReceivedEvent[] = [];
  readonly headers: Record<string, string | string[] | undefined> = {};
  /** All that came, comments too. */
  text = '';
  lastEventId = '';
  retryMs: number | undefined;
  isOpen = false;
  #response: IncomingMessage | undefined;
  #rest = '';

  /** Resolves when the headers are there. */
  async connect(url: string): Promise<this> {
    const headers = this.lastEventId === '' ? {} : { 'Last-Event-ID': this.lastEventId };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request(url, { headers, agent: false }, resolve).on('error', reject).end();
    });
    this.#response = response;
    this.isOpen = response.statusCode === 200;
    Object.assign(this.headers, response.headers);
    this.#rest = '';
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.take(text));
    response.on('error', () => {});
    response.on('close', () => {
      this.isOpen = false;
    });
    return this;
  }

  take(text: string): void {
    this.text += text;
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) this.#dispatch(block);
  }

  /** Reads nothing from now on: the server's buffers fill. */
  stall(): void {
    this.#response?.pause();
  }

  goOn(): void {
    this.#response?.resume();
  }

  close(): void {
    this.#response?.destroy();
  }

  ofType(event: string): string[] {
    return this.events.filter((each) => each.event === event).map(({ data }) => data);
  }

  #dispatch(block: string): void {
    let event = 'message';
    const data: string[] = [];
    for (const line of block.split('\n')) {
      const [, field = '', value = ''] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
      if (field === 'event') event = value;
      else if (field === 'data') data.push(value);
      else if (field === 'id') this.lastEventId = value;
      else if (field === 'retry') this.retryMs = Number(value);
    }
    if (data.length > 0) this.events.push({ event, data: data.join('\n'), id: this.lastEventId });
  }
}
