/** Made-up observations of experiment 2.4: copies that end as they should. */
import {
  type AnswerCounts,
  conditions,
  type StaleCopiesObservations,
  storedSchemes,
} from '../../src/experiments/l24-stale-copies/observations.ts';
import { atEach, without } from '../experiments/made-up.ts';

const servers = ['coherent-1', 'coherent-2', 'coherent-3'];
const counts = (served: number, refused: number, unavailable = 0): AnswerCounts => ({
  served,
  refused,
  unavailable,
  other: 0,
});

export function staleCopiesObserved(): StaleCopiesObservations {
  return {
    leaseMs: 1000,
    loadPerSecond: 300,
    trials: storedSchemes.flatMap((scheme) =>
      conditions.flatMap((condition) =>
        [0, 1, 2, 3, 4].map((number) => {
          const isSilent = condition === 'silent';
          return {
            scheme,
            condition,
            before: 200,
            logoutStatus: 200,
            staleMs: isSilent && scheme === 'coherent' ? 890 + 10 * number : number,
            refusedAfterMs: isSilent ? 1502 : number + 1.5,
            answers: isSilent ? counts(300, 5, 20) : counts(number, 5),
            bystander: isSilent ? counts(300, 0, 20) : counts(9, 0),
          };
        }),
      ),
    ),
    shared: {
      servers,
      anonymous: atEach([401, 401, 401]),
      balanced: { statuses: Array(12).fill(200), servers: [...servers, ...servers, ...servers, ...servers] },
      death: {
        userId: 'u-2',
        before: atEach([200, 200, 200], 'u-2'),
        killed: without('coherent-2', [200, 'refused', 200], 'u-2'),
        balanced: {
          statuses: Array(6).fill(200),
          servers: ['coherent-1', 'coherent-3', 'coherent-1', 'coherent-3', 'coherent-1', 'coherent-3'],
        },
        returned: atEach([200, 200, 200], 'u-2'),
      },
      outage: { loggedIn: [503, 503, 503], loggedOut: [503, 503, 503] },
    },
  };
}
