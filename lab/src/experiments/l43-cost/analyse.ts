/** What the observations of experiment 4.3 mean. */
import { type Slope, slopeBySize } from '../../measure/statistics/slope.ts';
import { figure, sizeText } from '../../report/figure.ts';
import type { ResultChart, ResultTable, Verdict } from '../../results.ts';
import { controlOf, judgeOrder, ratioOf } from '../comparison/ordering.ts';
import { cpuSamples } from '../comparison/serial-block.ts';
import { claimedBytesPerSession, claimText } from '../comparison/source-claims.ts';
import { type SubjectName, schemeSubjects } from '../comparison/subjects.ts';
import type { Analysis, Judgement } from '../experiment.ts';
import type { CostObservations, MemoryPoint } from './observations.ts';
import type { CostWords } from './words.ts';

type Measure = 'heapBytes' | 'residentBytes' | 'redisBytes';

const none = '–';
const mebibytes = (bytes: number): string => figure(bytes / 2 ** 20);
const schemes = ['sticky', 'jwt', 'redis', 'coherent'] as const;

export function analyseCost(observations: CostObservations, words: CostWords): Analysis {
  const slopes = (subject: SubjectName, measure: Measure) => slopeOf(observations.memory, subject, measure);
  const stickyHeap = slopes('sticky', 'heapBytes');
  const [redisHeap, redisMemory] = [slopes('redis', 'heapBytes'), slopes('redis', 'redisBytes')];
  const { verdict, because, ratios } = judgeOrder(cpuSamples(observations.cpu), [
    { subject: 'jwt', baseline: 'sticky', claimed: 'higher' },
  ]);
  const signature = ratioOf(cpuSamples(observations.cpu), 'jwt-uncached', 'jwt');
  const control = controlOf(cpuSamples(observations.cpu));
  const perSession = [
    { subject: 'sticky' as const, bytes: stickyHeap?.slope },
    { subject: 'redis' as const, bytes: redisMemory?.slope },
  ].flatMap(({ subject, bytes }) => (bytes === undefined ? [] : [{ subject, bytes }]));
  return {
    headline: words.headline(perSession),
    tables: [
      memoryTable(observations, words),
      slopeTable(observations, words),
      cpuTable(observations, words),
      credentialTable(observations, words),
    ],
    charts: [memoryChart(observations, words)],
    judgements: [
      judgeMemory('H1', stickyHeap, redisHeap, words),
      judgeMemory('H2', redisMemory, redisHeap, words),
      { id: 'H3', verdict, evidence: words.evidence.cpu(ratios, because) },
    ],
    findings: [
      ...perSession.map(({ subject, bytes }) => words.findings.million(subject, sizeText(bytes * 1e6))),
      words.findings.cache(slopes('jwt', 'heapBytes')),
      ...copiesFinding(slopes('coherent', 'heapBytes'), words),
      ...(signature === null ? [] : [words.findings.signature(signature)]),
      ...carriedFinding(observations, words),
      ...(control === null ? [] : [words.findings.control(control.ratio, control.status)]),
      ...(observations.pinned ? [] : [words.findings.notPinned]),
    ],
  };
}

/** Absent in results of an older lab. */
function copiesFinding(heap: Slope | null, words: CostWords): string[] {
  return heap === null ? [] : [words.findings.copies(heap)];
}

function slopeOf(memory: readonly MemoryPoint[], subject: SubjectName, measure: Measure): Slope | null {
  const points = memory.flatMap((point) => {
    const value = point[measure];
    return point.subject !== subject || value === null ? [] : [{ size: point.size, value }];
  });
  return points.length < 2 ? null : slopeBySize(points);
}

/**
 * The server of Redis sessions keeps none, so what its heap grows by is no session's: the heap of sticky has to grow by
 * more. Redis itself has no such drift.
 */
function judgeMemory(id: 'H1' | 'H2', price: Slope | null, besideIt: Slope | null, words: CostWords): Judgement {
  const least = id === 'H1' ? besideIt?.interval : { low: 0, high: 0 };
  let verdict: Verdict = 'undecided';
  if (price?.interval && least) {
    if (price.interval.low > Math.max(0, least.high)) verdict = 'confirmed';
    else if (price.interval.high <= Math.max(0, least.low)) verdict = 'refuted';
  }
  return { id, verdict, evidence: words.evidence.memory(id, price, besideIt) };
}

function memoryTable({ memory }: CostObservations, words: CostWords): ResultTable {
  const size = (bytes: number | null) => (bytes === null ? none : mebibytes(bytes));
  return {
    ...words.memoryTable,
    rows: memory.map(({ subject, size: users, heapBytes, residentBytes, redisBytes }) => [
      words.subjects[subject],
      users,
      size(heapBytes),
      size(residentBytes),
      size(redisBytes),
    ]),
  };
}

/** Sessions and tokens lie in the memory of the server, those of Redis in Redis. */
function claimOf(subject: (typeof schemes)[number], measure: Measure): string {
  if (subject === 'coherent') return none;
  const isTheirs = measure === (subject === 'redis' ? 'redisBytes' : 'heapBytes');
  return isTheirs ? claimText(claimedBytesPerSession[subject]) : none;
}

function slopeTable({ memory }: CostObservations, words: CostWords): ResultTable {
  return {
    ...words.slopeTable,
    rows: schemes.flatMap((subject) =>
      (['heapBytes', 'residentBytes', 'redisBytes'] as const).flatMap((measure) => {
        const slope = slopeOf(memory, subject, measure);
        if (slope === null) return [];
        const bound = (value: number | undefined) => (value === undefined ? none : figure(Math.round(value)));
        return [
          [
            words.subjects[subject],
            words.measures[measure],
            figure(Math.round(slope.slope)),
            bound(slope.interval?.low),
            bound(slope.interval?.high),
            slope.slope > 0 ? mebibytes(slope.slope * 1e6) : none,
            claimOf(subject, measure),
          ],
        ];
      }),
    ),
  };
}

function credentialTable({ credentials }: CostObservations, words: CostWords): ResultTable {
  return {
    ...words.credentialTable,
    rows: schemes.flatMap((scheme) =>
      credentials
        .filter(({ subject }) => subject === scheme)
        .map(({ header, valueBytes }) => [words.subjects[scheme], header, valueBytes]),
    ),
  };
}

function carriedFinding({ credentials }: CostObservations, words: CostWords): string[] {
  const bytesOf = (name: SubjectName) => credentials.find(({ subject }) => subject === name)?.valueBytes;
  const [jwt, cookie] = [bytesOf('jwt'), bytesOf('sticky')];
  return jwt === undefined || cookie === undefined ? [] : [words.findings.carried(jwt, cookie)];
}

/** CPU time per second when idle, and per request when not. */
function cpuTable({ cpu, idle }: CostObservations, words: CostWords): ResultTable {
  const perUnit = (blocks: readonly { cpuMs: number | null }[], units: number) =>
    blocks.length === 0 || units === 0
      ? none
      : figure(blocks.reduce((sum, { cpuMs }) => sum + (cpuMs ?? 0), 0) / units);
  return {
    ...words.cpuTable,
    rows: schemeSubjects.map((subject) => {
      const loaded = cpu.filter((block) => block.subject === subject && block.cpuMs !== null);
      const resting = idle.filter((block) => block.subject === subject);
      const secondsOf = (blocks: readonly { elapsedMs: number }[]) =>
        blocks.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0) / 1000;
      return [
        words.subjects[subject],
        perUnit(resting, secondsOf(resting)),
        perUnit(loaded, secondsOf(loaded)),
        perUnit(loaded, loaded.reduce((sum, { requests }) => sum + requests, 0) / 1000),
      ];
    }),
  };
}

function memoryChart({ memory }: CostObservations, words: CostWords): ResultChart {
  const series = (subject: SubjectName, measure: Measure) => {
    const points = memory.flatMap((point) =>
      point.subject === subject && point[measure] !== null ? [[point.size, point[measure] / 2 ** 20] as const] : [],
    );
    return points.length === 0 ? [] : [{ name: words.series(subject, measure), points }];
  };
  return {
    kind: 'line',
    ...words.chart,
    series: [
      ...schemes.flatMap((subject) => series(subject, 'heapBytes')),
      ...(['redis', 'coherent'] as const).flatMap((subject) => series(subject, 'redisBytes')),
    ],
  };
}
