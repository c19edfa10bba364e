/** The page: who I am, which room is open, and what is sent. */
import { followRoom } from './connection.js';
import { createPeople } from './people.js';
import { createRoom, isAfter } from './room.js';

const element = (id) => document.getElementById(id);
const log = element('log');
const compose = element('compose');
const text = element('text');
const stored = 'live-person';

const { rooms, heartbeatMs } = await (await fetch('/settings')).json();
const me = JSON.parse(sessionStorage.getItem(stored) ?? 'null');
if (me === null) askForName();
else comeIn(me);

function askForName() {
  element('welcome').hidden = false;
  element('name').focus();
  element('join').addEventListener('submit', async (event) => {
    event.preventDefault();
    const answer = await ask('POST', '/people', { name: element('name').value });
    if (answer.ok) {
      // Of this tab alone, so that two tabs may be two people.
      sessionStorage.setItem(stored, JSON.stringify(answer.body));
      element('welcome').hidden = true;
      comeIn(answer.body);
    } else element('join-error').textContent = answer.reason;
  });
}

function comeIn({ id: ownId, token }) {
  const people = createPeople(element('people-list'), element('people-toggle'), ownId);
  const opened = new Map(rooms.map(({ id }) => [id, createRoom(ownId)]));
  const buttons = new Map(rooms.map((room) => [room.id, roomButton(room)]));
  let current;
  let connection;
  let wasLive = false;
  let droppedFor;

  element('rooms').replaceChildren(
    ...[...buttons.values()].map((button) => {
      const item = document.createElement('li');
      item.append(button);
      return item;
    }),
  );

  function roomButton(room) {
    const button = document.createElement('button');
    button.type = 'button';
    const title = document.createElement('span');
    title.textContent = room.title;
    button.append(title);
    button.addEventListener('click', () => openRoom(room));
    return button;
  }

  function markNew(id, isNew) {
    const button = buttons.get(id);
    const badge = button.querySelector('.badge');
    if (!isNew) badge?.remove();
    else if (badge === null) {
      const made = document.createElement('span');
      made.className = 'badge';
      made.textContent = 'new';
      button.append(made);
    }
  }

  function openRoom({ id, title }) {
    // On a phone the keyboard would cover half of the room.
    (matchMedia('(pointer: fine)').matches ? text : log).focus();
    if (current === id) return;
    current = id;
    connection?.close();
    for (const [each, button] of buttons) button.setAttribute('aria-current', String(each === id));
    markNew(id, false);
    element('room-title').textContent = title;
    const room = opened.get(id);
    // What was said before is not read out.
    log.setAttribute('aria-busy', 'true');
    setTimeout(() => log.removeAttribute('aria-busy'), 1_000);
    log.replaceChildren(room.list);
    toLatest();
    wasLive = false;
    connection = followRoom(id, room.lastId, 3 * heartbeatMs, {
      state: showState,
      message: (message, messageId) => {
        const wasAtEnd = isAtEnd();
        room.add(message, messageId);
        if (wasAtEnd || message.from.id === ownId) toLatest();
        else element('to-latest').hidden = false;
      },
      event: (name, data) => hear[name](data),
    });
  }

  const hear = {
    hello({ server, people: present, latest }) {
      showState('live', server);
      people.replace(present);
      for (const { id } of rooms) {
        const { lastId } = opened.get(id);
        if (id !== current && lastId !== '0' && latest[id] !== undefined) markNew(id, isAfter(latest[id], lastId));
      }
      if (wasLive) opened.get(current).cameBack(latest[current]);
      wasLive = true;
      tellStatus();
    },
    person: (person) => people.change(person),
    news({ room }) {
      if (room !== current) markNew(room, true);
    },
    gap({ reason }) {
      const text = reason === 'trimmed' ? 'Older messages are not kept any more' : 'Messages may be missing here';
      opened.get(current).note(text);
    },
    dropped({ reason }) {
      droppedFor = reason;
    },
  };

  function showState(state, server) {
    const texts = {
      live: `Live on ${server}`,
      reconnecting: droppedFor === 'unavailable' ? 'The server cannot reach Redis' : 'Connection lost, trying again',
      offline: 'You are offline',
    };
    const shown = element('connection');
    shown.dataset.state = state;
    // What is said anew is read out anew.
    if (shown.textContent !== texts[state]) shown.textContent = texts[state];
    if (state !== 'reconnecting') droppedFor = undefined;
  }

  const isAtEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  function toLatest() {
    log.scrollTop = log.scrollHeight;
    element('to-latest').hidden = true;
  }
  element('to-latest').addEventListener('click', toLatest);
  let staysAtEnd = true;
  log.addEventListener('scroll', () => {
    staysAtEnd = isAtEnd();
    if (staysAtEnd) element('to-latest').hidden = true;
  });
  // The keyboard of a phone, or a text of several lines, takes of the room.
  new ResizeObserver(() => staysAtEnd && toLatest()).observe(log);

  let isAway = false;
  let isGone = false;
  async function tellStatus() {
    const status = isGone ? 'offline' : isAway || document.visibilityState === 'hidden' ? 'away' : 'online';
    const at = performance.timeOrigin + performance.now();
    const answer = await ask('PUT', '/status', { status, at }, token);
    if (answer.status === 401) leave();
  }
  setInterval(tellStatus, heartbeatMs);
  document.addEventListener('visibilitychange', tellStatus);
  // It may be shown again as it was left, out of the browser's memory.
  for (const event of ['pagehide', 'pageshow']) {
    addEventListener(event, () => {
      isGone = event === 'pagehide';
      tellStatus();
    });
  }
  element('away').addEventListener('click', () => {
    isAway = !isAway;
    element('away').setAttribute('aria-pressed', String(isAway));
    tellStatus();
  });
  element('leave').addEventListener('click', leave);
  function leave() {
    sessionStorage.removeItem(stored);
    location.reload();
  }
  element('people-toggle').addEventListener('click', () => {
    const isOpen = element('people').classList.toggle('open');
    element('people-toggle').setAttribute('aria-expanded', String(isOpen));
  });

  /** Kept when a message is to be sent again, so that it is shown once whatever became of the first try. */
  let unsent;
  let isSending = false;
  compose.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (isSending || text.value.trim() === '') return;
    const room = current;
    const written = text.value;
    if (unsent?.text !== written || unsent.room !== room) unsent = { room, text: written, key: crypto.randomUUID() };
    isSending = true;
    const answer = await ask('POST', `/rooms/${room}/messages`, { key: unsent.key, text: written }, token);
    isSending = false;
    element('send-error').textContent = answer.ok ? '' : answer.reason;
    if (!answer.ok) return;
    unsent = undefined;
    if (text.value === written) text.value = '';
  });
  text.addEventListener('keydown', (event) => {
    // Enter also ends the choice of a Chinese character; 229 is what Safari says then.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    compose.requestSubmit();
  });

  element('app').hidden = false;
  openRoom(rooms[0]);
}

/** @returns {Promise<{ ok: boolean, status: number, body?: any, reason: string }>} never rejects */
async function ask(method, path, body, token) {
  try {
    const response = await fetch(path, {
      method,
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
      // A goodbye is sent also when the page has gone.
      keepalive: true,
      signal: AbortSignal.timeout(10_000),
    });
    const answer = response.status === 204 ? undefined : await response.json();
    const reason = response.status === 503 ? 'The server cannot reach Redis. Please try again.' : (answer?.error ?? '');
    return { ok: response.ok, status: response.status, body: answer, reason };
  } catch {
    const reason = navigator.onLine
      ? 'The server cannot be reached. Please try again.'
      : 'You are offline. Your text is kept.';
    return { ok: false, status: 0, reason };
  }
}
