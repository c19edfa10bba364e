/** How a child Node process must be called to run our modules in the form in which this one runs. */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** Arguments that go before the entry file: none for a build, the TypeScript loader when we run from source. */
export function nodeArguments(): string[] {
  if (!import.meta.url.endsWith('.ts')) return [];
  // By its path, because the child's working folder need not be this project.
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx'));
  return ['--import', loader.href, '--conditions=sallyport-source'];
}

/** The file of a module of ours that is the entry of a child, e.g. `moduleFile('./worker', import.meta.url)`. */
export function moduleFile(path: string, from: string): URL {
  return new URL(`${path}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, from);
}
