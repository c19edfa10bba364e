/** A server of the application, a process of its own, as the proof sees it. */
import { type ChildProcess, fork } from 'node:child_process';
import { nodeArguments } from '@sallyport/lab/cluster';
import type { LoginAnswer, LoginOrder } from './login-messages.ts';

type FromServer = LoginAnswer | 'ready' | 'done';

export class LoginServer {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  #onMessage: (message: FromServer) => void = () => {};
  /** Settles when it can be told something. */
  readonly ready: Promise<void>;

  constructor() {
    this.#child = fork(new URL('./login-server-main.ts', import.meta.url), {
      execArgv: nodeArguments(),
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#child.on('message', (message) => this.#onMessage(message as FromServer));
    this.ready = new Promise((resolve) => {
      this.#onMessage = () => resolve();
    });
    this.#exited = new Promise((resolve) => {
      this.#child.once('exit', () => resolve());
    });
  }

  /**
   * Resolves with what was answered when all logins were, or when the process has died.
   * @param onAnswer is told of each answer as it comes
   */
  async signIn(order: LoginOrder, onAnswer: () => void = () => {}): Promise<LoginAnswer[]> {
    const answers: LoginAnswer[] = [];
    const done = new Promise<void>((resolve) => {
      this.#onMessage = (message) => {
        if (message === 'done') return resolve();
        if (message === 'ready') return;
        answers.push(message);
        onAnswer();
      };
    });
    this.#child.send(order);
    await Promise.race([done, this.#exited]);
    return answers;
  }

  /** Does not wait for anything. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  async killed(): Promise<void> {
    this.kill();
    await this.#exited;
  }
}
