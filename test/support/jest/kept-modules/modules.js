import { readFile } from 'node:fs/promises';
import { dirname, extname, isAbsolute, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { SourceTextModule, SyntheticModule } from 'node:vm';
import { createScriptTransformer } from '@jest/transform';

const syntax = {
  ...{ isInternalModule: false, supportsDynamicImport: true, supportsExportNamespaceFrom: true },
  ...{ supportsStaticESM: true, supportsTopLevelAwait: true },
};

/**
 * Modules as Jest's own registry has them (TypeScript that is transformed and kept on the disk, `@jest/globals` of the file that runs),
 * but in the realm of the process, and kept for all files that it runs: to load the service costs more than most files do with it.
 */
export class Modules {
  /** by path, or by the name of a package */
  #kept = new Map();
  #globals;
  #transformer;
  /** Of what was transformed, where its map lies: of all, and as it is told to those who write stacks now. */
  #maps = new Map();
  #toldMaps = new Map();
  /** One after the other: what is linked twice at once is refused. */
  #linked = Promise.resolve();

  /** @param config Jest's, of the project */
  constructor(config) {
    this.#transformer = createScriptTransformer(config);
  }

  /**
   * From now on another file runs.
   * @param globals what `@jest/globals` exports, also to who has imported it before
   * @param maps by file; those of its modules are added
   */
  serve(globals, maps) {
    if (this.#globals?.status === 'evaluated') {
      for (const [name, value] of Object.entries(globals)) this.#globals.setExport(name, value);
    } else {
      this.#globals = synthetic(globals, '@jest/globals');
    }
    this.#toldMaps = maps;
    for (const [path, map] of this.#maps) maps.set(path, map);
  }

  /** The exports of a file, run where it has not been. */
  async import(path) {
    return (await this.#run(await this.#find(path))).namespace;
  }

  async #run(module) {
    if (module.status === 'unlinked') {
      const link = (specifier, { identifier }) => this.#from(specifier, identifier);
      const linked = this.#linked.then(() => module.status === 'unlinked' && module.link(link));
      this.#linked = linked.catch(() => {});
      await linked;
    }
    if (module.status === 'linked') await module.evaluate();
    if (module.status === 'errored') throw module.error;
    return module;
  }

  #from(specifier, referrer) {
    if (specifier.startsWith('.')) return this.#find(resolve(dirname(referrer), specifier));
    return this.#find(/^file:.*\.ts$/.test(specifier) ? fileURLToPath(specifier) : specifier);
  }

  #find(name) {
    if (name === '@jest/globals') return this.#globals;
    if (!this.#kept.has(name)) this.#kept.set(name, this.#load(name));
    return this.#kept.get(name);
  }

  async #load(name) {
    if (!isAbsolute(name)) return synthetic(await import(name), name);
    const url = pathToFileURL(name).href;
    if (extname(name) === '.json') return synthetic({ default: JSON.parse(await readFile(name, 'utf8')) }, name);
    if (extname(name) !== '.ts') return synthetic(await import(url), name);
    const transformer = await this.#transformer;
    const { code, sourceMapPath } = transformer.transformSource(name, await readFile(name, 'utf8'), syntax);
    if (sourceMapPath) {
      for (const maps of [this.#maps, this.#toldMaps]) maps.set(name, sourceMapPath);
    }
    return new SourceTextModule(code, {
      identifier: name,
      initializeImportMeta: (meta) => Object.assign(meta, { url, filename: name, dirname: dirname(name) }),
      importModuleDynamically: async (specifier) => this.#run(await this.#from(specifier, name)),
    });
  }
}

function synthetic(values, identifier) {
  const names = Object.keys(values);
  return new SyntheticModule(
    names,
    function () {
      for (const name of names) this.setExport(name, values[name]);
    },
    { identifier },
  );
}
