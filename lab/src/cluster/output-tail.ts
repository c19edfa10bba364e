/** The end of what a process printed: enough to say why it failed, bounded however much it prints. */
export class OutputTail {
  readonly #limitBytes: number;
  #chunks: Buffer[] = [];
  #sizeBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  add(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#sizeBytes += chunk.length;
    // Joined only now and then, so that a chatty server does not cost a copy per line.
    if (this.#sizeBytes > this.#limitBytes * 4 || this.#chunks.length > 256) {
      const tail = this.#tail();
      this.#chunks = [tail];
      this.#sizeBytes = tail.length;
    }
  }

  text(): string {
    return this.#tail().toString('utf8');
  }

  #tail(): Buffer {
    return Buffer.concat(this.#chunks).subarray(-this.#limitBytes);
  }
}
