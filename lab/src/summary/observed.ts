/** Reads observations that came from a file: of another version of the lab, cut short, or changed by hand. */
import type { Check } from '../report/json-shape.ts';
import type { ExperimentResult, Json } from '../results.ts';

/** What the summary reads of one experiment's observations. */
export interface ObservedShape<Observed> {
  readonly experiment: string;
  /** Throws for anything else. Says nothing of parts that the summary does not read. */
  readonly check: Check;
  /** Only ties the type to the shape. */
  readonly as?: Observed;
}

/** Takes one value from the observations of one experiment. */
export interface Reader<Value> {
  readonly experiment: string;
  readonly read: (observations: Json) => Value | undefined;
}

/** @param derive `undefined` when the observations do not hold the value. */
export function reader<Observed, Value>(
  { experiment, check }: ObservedShape<Observed>,
  derive: (observed: Observed) => Value | undefined,
): Reader<Value> {
  return {
    experiment,
    read: (observations) => {
      // What can not be read was not measured: a summary must never cost the run that it is about.
      try {
        check(observations, experiment);
        return derive(observations as Observed);
      } catch {
        return undefined;
      }
    },
  };
}

/** `undefined` when the experiment did not run, or its observations can not be read. */
export function readFrom<Value>(
  experiments: readonly ExperimentResult[],
  { experiment, read }: Reader<Value>,
): Value | undefined {
  const result = experiments.find(({ id, status }) => id === experiment && status === 'ran');
  return result === undefined ? undefined : read(result.observations);
}
