/** The receiving process as the publishing one sees it. */
import { type ChildProcess, fork } from 'node:child_process';
import { nodeArguments } from '@sallyport/lab/cluster';
import type { FromReceiver, ToReceiver } from './receiver-messages.ts';
import type { SubjectName } from './subjects.ts';

type Answer<Kind extends FromReceiver['kind']> = Extract<FromReceiver, { readonly kind: Kind }>;

export class ReceiverProcess {
  readonly #child: ChildProcess;
  #received = 0;
  #failure: Error | undefined;
  /** Tells all who wait that something has come. */
  #onChange: (() => void)[] = [];
  readonly #answers = new Map<FromReceiver['kind'], FromReceiver>();

  constructor(subject: SubjectName, url: string) {
    const main = new URL('./receiver-main.ts', import.meta.url);
    this.#child = fork(main, {
      execArgv: loaderArguments(),
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child.on('message', (message: FromReceiver) => {
      if (message.kind === 'received') this.#received = message.messages;
      else if (message.kind === 'failed') this.#failure = new Error(message.message);
      else this.#answers.set(message.kind, message);
      this.#changed();
    });
    this.#child.on('exit', (code, signal) => {
      this.#failure ??= new Error(`The process that receives ended with ${signal ?? `code ${code}`}.`);
      this.#changed();
    });
    this.#send({ kind: 'open', subject, url });
  }

  /** How many messages have come, as far as it has told. */
  get received(): number {
    return this.#received;
  }

  /** Whether a message has come. @throws Error when the receiver has failed */
  hears(): boolean {
    if (this.#failure !== undefined) throw this.#failure;
    return this.#answers.has('heard');
  }

  async expect(messages: number): Promise<void> {
    this.#received = 0;
    this.#answers.delete('ended');
    this.#send({ kind: 'expect', messages });
    await this.#answer('expecting');
  }

  /** Resolves when so many have come. @throws Error when the receiver has failed */
  async hasReceived(messages: number): Promise<void> {
    await this.#until(() => this.#received >= messages);
  }

  /** When each message came, in ms of `nowMs`. @throws Error when one is missing, or came twice or out of order */
  ended(): Promise<Answer<'ended'>> {
    return this.#answer('ended');
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }

  #send(message: ToReceiver): void {
    this.#child.send(message);
  }

  async #answer<Kind extends FromReceiver['kind']>(kind: Kind): Promise<Answer<Kind>> {
    await this.#until(() => this.#answers.has(kind));
    const answer = this.#answers.get(kind) as Answer<Kind>;
    this.#answers.delete(kind);
    return answer;
  }

  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) {
      if (this.#failure !== undefined) throw this.#failure;
      await new Promise<void>((resolve) => this.#onChange.push(resolve));
    }
  }

  #changed(): void {
    const waiting = this.#onChange;
    this.#onChange = [];
    for (const goOn of waiting) goOn();
  }
}

/** Those of this process, unless a test runner has loaded it in a way of its own. */
function loaderArguments(): string[] {
  const fromSource = nodeArguments();
  return fromSource.length > 0 ? fromSource : process.execArgv;
}
