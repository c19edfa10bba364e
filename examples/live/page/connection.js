/** The events of one room, through outages: the browser tries again by itself, and here where it would not. */

/**
 * @param {string} room
 * @param {string} lastId the id of the last message that is known, or '0' for all that is kept
 * @param {number} silenceMs how long nothing may come before the connection is taken for dead; a pulse comes more often
 * @param {{
 *   state: (state: 'reconnecting' | 'offline') => void,
 *   message: (message: object, id: string) => void,
 *   event: (name: string, data: object) => void,
 * }} listeners
 */
export function followRoom(room, lastId, silenceMs, listeners) {
  const say = (name) => (event) => {
    heard();
    listeners.event(name, JSON.parse(event.data));
  };
  let known = lastId;
  let source;
  let isLive = false;
  let heardAt = 0;
  let again;

  function open() {
    clearTimeout(again);
    source?.close();
    heard();
    source = new EventSource(`/rooms/${room}/events?lastEventId=${encodeURIComponent(known)}`);
    source.addEventListener('hello', (event) => {
      isLive = true;
      say('hello')(event);
    });
    for (const name of ['person', 'news', 'gap', 'dropped']) source.addEventListener(name, say(name));
    source.addEventListener('pulse', heard);
    source.addEventListener('message', (event) => {
      heard();
      known = event.lastEventId;
      listeners.message(JSON.parse(event.data), known);
    });
    source.addEventListener('error', () => {
      lose();
      // After an answer that is not an event stream, such as a load balancer's 502, the browser gives up.
      if (source.readyState === EventSource.CLOSED) again = setTimeout(open, 1_000 + Math.random() * 1_000);
    });
  }

  function heard() {
    heardAt = performance.now();
  }

  function lose() {
    isLive = false;
    listeners.state(navigator.onLine ? 'reconnecting' : 'offline');
  }

  /** A link may be dead without a word, after sleep for instance. */
  const watching = setInterval(() => {
    if (performance.now() - heardAt < silenceMs) return;
    lose();
    open();
  }, silenceMs / 3);
  // The browser may be wrong about either: a new connection tells.
  const tryAnew = () => {
    if (!isLive || !navigator.onLine) {
      lose();
      open();
    }
  };
  addEventListener('online', tryAnew);
  addEventListener('offline', tryAnew);

  open();
  return {
    close() {
      clearTimeout(again);
      clearInterval(watching);
      removeEventListener('online', tryAnew);
      removeEventListener('offline', tryAnew);
      source.close();
    },
  };
}
