import type { Reader } from './reader.ts';
import type { ListSource, ListStore } from './store.ts';

/** What `popFrom` needs of a list and an application does not. */
export interface ListInternals<Value> {
  readonly store: ListStore;
  readonly source: ListSource;
  readonly reader: Reader<Value>;
}

export const internals: unique symbol = Symbol('sallyport.list');
