/** The messages of one room. What people write is put into the page as text, never as HTML. */
import { pictureOf } from './picture.js';

const mostShown = 500;
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

/** Ids are `<milliseconds>-<number>`. */
export function isAfter(a, b) {
  const [aMs = 0, aNumber = 0] = a.split('-').map(Number);
  const [bMs = 0, bNumber = 0] = b.split('-').map(Number);
  return aMs > bMs || (aMs === bMs && aNumber > bNumber);
}

export function createRoom(ownId) {
  const list = document.createElement('ol');
  const shown = new Set();
  let lastId = '0';
  let previous;
  /** Set after an outage: up to this id messages were missed. */
  let missedUpTo;

  function note(text) {
    const row = document.createElement('li');
    row.className = 'note';
    row.textContent = text;
    list.append(row);
    previous = undefined;
  }

  return {
    list,
    get lastId() {
      return lastId;
    },
    note,
    /** @param latest the id of the room's latest message when the connection came back */
    cameBack(latest) {
      missedUpTo = latest;
    },
    add({ key, from, text }, id) {
      lastId = id;
      // Sent again, because nobody knew whether it had arrived.
      const sender = `${from.id} ${key}`;
      if (shown.has(sender)) return;
      shown.add(sender);
      if (shown.size > 2 * mostShown) shown.delete(shown.values().next().value);
      if (missedUpTo !== undefined) {
        if (!isAfter(id, missedUpTo)) note('While you were away');
        missedUpTo = undefined;
      }
      const at = new Date(Number(id.split('-')[0]));
      const row = document.createElement('li');
      row.className = 'message';
      row.classList.toggle('mine', from.id === ownId);
      row.classList.toggle('follows', previous?.id === from.id && at - previous.at < 120_000);
      previous = { id: from.id, at };
      const name = document.createElement('bdi');
      name.textContent = from.name;
      const time = document.createElement('time');
      time.dateTime = at.toISOString();
      time.textContent = clock.format(at);
      const head = document.createElement('span');
      head.className = 'head';
      head.append(name, time);
      const body = document.createElement('span');
      body.className = 'text';
      body.dir = 'auto';
      body.textContent = text;
      row.append(pictureOf(from), head, body);
      list.append(row);
      while (list.childElementCount > mostShown) list.firstElementChild.remove();
    },
  };
}
