/** Looks at a queue now and then and tells when it is in trouble. It keeps the last look only, however long it runs. */
import { wholeNumber } from '../option-checks.ts';
import { emit } from '../telemetry/events.ts';
import type { QueueState, QueueStore } from './store.ts';

export type DepthLevel = 'normal' | 'info' | 'warning' | 'critical';

export interface WatchOptions {
  /** @default 5000 */
  readonly everyMs?: number;
  /** Waiting tasks from which a level holds. @default { info: 100, warning: 500, critical: 1000 } */
  readonly levels?: { readonly info?: number; readonly warning?: number; readonly critical?: number };
  /** Fewer finished tasks a minute than this, while tasks wait, are an alert. @default 10 */
  readonly slowPerMinute?: number;
}

export type QueueAlert =
  /** More tasks were added in the last minute than were finished. */
  | 'falling-behind'
  /** Tasks wait, and hardly any is finished. */
  | 'slow'
  /** A worker has been silent for longer than its lease, and no other has taken its tasks yet. */
  | 'stalled-worker'
  /** Tasks wait, and there is no worker at all. */
  | 'no-worker';

export interface QueueSnapshot extends QueueState {
  readonly level: DepthLevel;
  /** How long the oldest task has waited; 0 when none does. */
  readonly oldestAgeMs: number;
  readonly alerts: readonly QueueAlert[];
}

export interface QueueWatch {
  /** The last look; `undefined` before the first. */
  readonly latest: QueueSnapshot | undefined;
  /** Looks now. @throws RedisUnavailableError */
  look(): Promise<QueueSnapshot>;
  stop(): void;
}

/**
 * Emits `queue.depth` when the level changes, and `queue.alert` and `queue.alert.over` when an alert begins and ends.
 * @throws InvalidOptionError
 */
export function watchQueue(
  queue: string,
  store: Pick<QueueStore, 'state'>,
  options: WatchOptions = {},
  stopped: () => void = () => {},
): QueueWatch {
  const everyMs = wholeNumber('watch.everyMs', options.everyMs ?? 5000, 100, 3_600_000);
  const slowPerMinute = options.slowPerMinute ?? 10;
  const { info = 100, warning = 500, critical = 1000 } = options.levels ?? {};
  wholeNumber('watch.levels.info', info, 1, warning);
  wholeNumber('watch.levels.warning', warning, info, critical);
  let latest: QueueSnapshot | undefined;
  let level: DepthLevel = 'normal';
  let alerts: readonly QueueAlert[] = [];
  let looking: Promise<QueueSnapshot> | undefined;

  const levelOf = (waiting: number): DepthLevel => {
    if (waiting >= critical) return 'critical';
    if (waiting >= warning) return 'warning';
    return waiting >= info ? 'info' : 'normal';
  };

  async function look(): Promise<QueueSnapshot> {
    const state = await store.state();
    const snapshot: QueueSnapshot = {
      ...state,
      level: levelOf(state.waiting),
      oldestAgeMs: state.oldestAt === undefined ? 0 : Math.max(0, state.now - state.oldestAt),
      alerts: alertsOf(state, slowPerMinute),
    };
    latest = snapshot;
    if (snapshot.level !== level) {
      emit('queue.depth', { queue, level: snapshot.level, from: level, waiting: state.waiting });
      level = snapshot.level;
    }
    for (const alert of snapshot.alerts) if (!alerts.includes(alert)) emit('queue.alert', { queue, alert, snapshot });
    for (const alert of alerts) if (!snapshot.alerts.includes(alert)) emit('queue.alert.over', { queue, alert });
    alerts = snapshot.alerts;
    return snapshot;
  }

  const timer = setInterval(() => {
    // An outage is told by `redis.unavailable`; a look that takes long is not joined by another.
    looking ??= look().finally(() => {
      looking = undefined;
    });
    looking.catch(() => {});
  }, everyMs);
  timer.unref();

  return {
    get latest() {
      return latest;
    },
    look,
    stop: () => {
      clearInterval(timer);
      stopped();
    },
  };
}

function alertsOf({ waiting, paused, lastMinute, workers }: QueueState, slowPerMinute: number): QueueAlert[] {
  const alerts: QueueAlert[] = [];
  if (lastMinute.added > lastMinute.finished && waiting > 0) alerts.push('falling-behind');
  if (waiting > 0 && !paused && lastMinute.finished < slowPerMinute) alerts.push('slow');
  if (workers.some(({ leaseLeftMs }) => leaseLeftMs < 0)) alerts.push('stalled-worker');
  if (waiting > 0 && workers.length === 0) alerts.push('no-worker');
  return alerts;
}
