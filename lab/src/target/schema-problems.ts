/** Turns what the validator found into lines for people: where in the file, and what is accepted there. */
import type { ErrorObject } from 'ajv';
import { nearestWord } from './nearest-word.ts';

interface SchemaNode {
  readonly $ref?: string;
  readonly accepts?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly definitions?: Readonly<Record<string, SchemaNode>>;
}

/** One line per place, in the order of the file. */
export function schemaProblems(errors: readonly ErrorObject[], root: SchemaNode): string[] {
  const lines = new Map<string, string>();
  // What fails inside a choice is told by the choice itself.
  for (const error of errors.filter(({ schemaPath }) => !/\/oneOf\/\d/.test(schemaPath))) {
    const { path, problem } = describe(error, root);
    if (problem !== undefined && !lines.has(path)) lines.set(path, `${path === '' ? 'the file' : path} ${problem}`);
  }
  return [...lines.values()];
}

function describe(error: ErrorObject, root: SchemaNode): { path: string; problem: string | undefined } {
  const { keyword, instancePath, params } = error;
  const parent = (error.parentSchema ?? {}) as SchemaNode;
  const member = (name: string): string => pathOf(instancePath, name);
  const of = (name: string): string => acceptsOf(parent.properties?.[name], root);
  switch (keyword) {
    case 'required': {
      const name = String(params.missingProperty);
      return { path: member(name), problem: `is missing: it must be ${of(name)}` };
    }
    case 'dependencies': {
      const name = String(params.missingProperty);
      return { path: member(name), problem: `is missing: ${String(params.property)} needs it beside it` };
    }
    case 'additionalProperties': {
      const name = String(params.additionalProperty);
      return { path: member(name), problem: unknownMember(name, Object.keys(parent.properties ?? {})) };
    }
    case 'propertyNames':
      return { path: member(String(params.propertyName)), problem: 'is not a name that can stand here' };
    case 'false schema':
      return { path: pathOf(instancePath), problem: 'does not go with this kind of credential' };
    // They only repeat what the failed branch says itself.
    case 'if':
      return { path: pathOf(instancePath), problem: undefined };
    default:
      // The name of a member that does not fit is reported by "propertyNames", with its place.
      if (error.propertyName !== undefined) return { path: pathOf(instancePath), problem: undefined };
      return { path: pathOf(instancePath), problem: `must be ${acceptsOf(parent, root)}` };
  }
}

function unknownMember(name: string, known: readonly string[]): string {
  const near = nearestWord(name, known);
  const list = `known here: ${known.filter((each) => each !== '$schema').join(', ')}`;
  return near === undefined ? `is not known; ${list}` : `is not known; did you mean "${near}"? (${list})`;
}

/** What a schema says that it accepts, itself or by what it refers to. */
function acceptsOf(schema: SchemaNode | undefined, root: SchemaNode): string {
  if (schema?.accepts !== undefined) return schema.accepts;
  const name = schema?.$ref?.replace('#/definitions/', '');
  if (name === undefined) return 'something else; see the schema';
  return acceptsOf(root.definitions?.[name], root);
}

/** `/nodes/0/start` → `nodes[0].start` */
function pathOf(pointer: string, ...further: readonly string[]): string {
  const steps = pointer
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
  return [...steps, ...further].map(stepInPath).join('').replace(/^\./, '');
}

function stepInPath(step: string): string {
  if (/^\d+$/.test(step)) return `[${step}]`;
  return /^[\w$:-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step.slice(0, 40))}]`;
}
