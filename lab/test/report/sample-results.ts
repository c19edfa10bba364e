/** A realistic quick run of nine experiments, for the tests of the report and for looking at it. */

import type { LabResults } from '../../src/results.ts';
import { schemaVersion } from '../../src/results.ts';
import { jwtExperiments } from './sample-jwt.ts';
import { redisExperiments } from './sample-redis.ts';
import { stickyExperiments } from './sample-sticky.ts';

export const sampleResults: LabResults = {
  schemaVersion,
  startedAt: '2026-11-21T09:14:07.312Z',
  durationMs: 86_900,
  seed: 424_242,
  timeScale: 0.1,
  mode: 'quick',
  command: 'npm run lab -- --quick --seed 424242',
  interrupted: false,
  environment: {
    os: 'Debian GNU/Linux 12 (bookworm)',
    cpu: 'Intel(R) Xeon(R) Processor @ 2.90GHz',
    cores: 2,
    memoryBytes: 8_226_783_232,
    versions: { node: '20.20.2', redis: '7.0.15', nginx: '1.22.1', sallyport: '0.1.0', ioredis: '6.0.0' },
    balancer: 'nginx',
  },
  notices: [
    'Port 8081 was taken; sticky-1 listens on 18081.',
    'Redis on port 6391 did not come up again within 10 s; experiment 3.3 ended there.',
  ],
  experiments: [...stickyExperiments, ...redisExperiments, ...jwtExperiments],
};
