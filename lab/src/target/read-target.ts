/** Reads a target file: checks it against the schema and its members against each other, and fills in the defaults. */
import { Ajv, type ValidateFunction } from 'ajv';
import { TargetFileError } from './errors.ts';
import { memberProblems } from './member-problems.ts';
import { schemaProblems } from './schema-problems.ts';
import schema from './target.schema.json' with { type: 'json' };
import type { TargetFile } from './target-file.ts';

/**
 * @param env Where `${env:NAME}` is looked up. @default process.env
 * @throws {TargetFileError} `ERR_LAB_TARGET_FILE` with one line per problem.
 */
export function readTarget(text: string, env: Readonly<Record<string, string | undefined>> = process.env): TargetFile {
  const value = parse(text);
  const validate = compile();
  if (!validate(value)) throw new TargetFileError(schemaProblems(validate.errors ?? [], schema));
  const problems = memberProblems(value, env);
  if (problems.length > 0) throw new TargetFileError(problems);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    // The engine's own message can quote the file, and with it a password.
    const place = /line \d+ column \d+|position \d+/.exec((cause as Error).message)?.[0];
    throw new TargetFileError([`the file is not JSON${place === undefined ? '' : ` (at ${place})`}`]);
  }
}

function compile(): ValidateFunction<TargetFile> {
  const ajv = new Ajv({ allErrors: true, verbose: true, useDefaults: true, strict: true, strictRequired: false });
  // For people, and for the lines of a TargetFileError.
  ajv.addKeyword('accepts');
  return ajv.compile<TargetFile>(schema);
}
