import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLedger, readLedger, tailLedger } from '../src/ledger.ts';

interface Entry {
  readonly event: string;
  readonly id: string;
}

describe('a ledger', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sallyport-ledger-'));
    file = join(folder, 'a.ledger');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('keeps entries in order, with times that do not fall', () => {
    const ledger = openLedger<Entry>(file, { synced: true });
    for (const id of ['1', '2', '3']) ledger.write({ event: 'x', id });
    const entries = readLedger<Entry>(file);
    expect(entries.map(({ event, id }) => [event, id])).toEqual(['1', '2', '3'].map((id) => ['x', id]));
    expect(entries.map(({ at }) => at)).toEqual(entries.map(({ at }) => at).sort((a, b) => a - b));
  });

  it('leaves out a line that was cut short, and is empty when there is no file', () => {
    expect(readLedger(file)).toEqual([]);
    openLedger<Entry>(file, { synced: false }).write({ event: 'x', id: '1' });
    appendFileSync(file, '{"at":3,"event":"x","i');
    expect(readLedger<Entry>(file).map(({ id }) => id)).toEqual(['1']);
  });

  it('is followed while it grows, also through half a line', () => {
    const tail = tailLedger<Entry>(file);
    try {
      expect(tail.next()).toEqual([]);
      appendFileSync(file, '{"at":1,"event":"x","id":"1"}\n{"at":2,"event":"x","id":"é');
      expect(tail.next().map(({ id }) => id)).toEqual(['1']);
      appendFileSync(file, '2"}\n');
      expect(tail.next().map(({ id }) => id)).toEqual(['é2']);
      expect(tail.next()).toEqual([]);
    } finally {
      tail.close();
    }
  });
});
