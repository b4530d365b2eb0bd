import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type KubernetesObject } from '../../../charts/kubernetes-object';

const run = promisify(execFile);
const MODULES = join(__dirname, '../../../local/toolchain/kubernetes');

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly 'x-kubernetes-group-version-kind'?: readonly {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  }[];
}

/** The API server's own description of every kind that it has built in, of the release that is pinned. */
export class ApiSchema {
  private readonly kinds = new Map<string, Schema>();

  private constructor(private readonly definitions: Readonly<Record<string, Schema>>) {
    for (const schema of Object.values(definitions)) {
      for (const { group, version, kind } of schema['x-kubernetes-group-version-kind'] ?? []) {
        this.kinds.set(`${group ? `${group}/` : ''}${version} ${kind}`, schema);
      }
    }
  }

  /** Reads it from the pinned Go module, which is downloaded where it is not there yet. */
  static async load(): Promise<ApiSchema> {
    const { stdout } = await run('go', ['mod', 'download', '-json', 'k8s.io/kubernetes'], {
      cwd: MODULES,
    });
    const { Dir } = JSON.parse(stdout) as { readonly Dir: string };
    const text = await readFile(join(Dir, 'api/openapi-spec/swagger.json'), 'utf8');
    const { definitions } = JSON.parse(text) as { definitions: Record<string, Schema> };
    return new ApiSchema(definitions);
  }

  /** Whether a kind is built in; those of a CustomResourceDefinition are not. */
  has({ apiVersion, kind }: KubernetesObject): boolean {
    return this.kinds.has(`${apiVersion} ${kind}`);
  }

  /** What the API server would refuse, or drop without a word: one sentence for each field. */
  faults(object: KubernetesObject): string[] {
    const schema = this.kinds.get(`${object.apiVersion} ${object.kind}`);
    if (schema === undefined) return [`${object.apiVersion} ${object.kind}: no such kind`];
    return this.check(object, schema, '');
  }

  private check(value: unknown, schema: Schema, path: string): string[] {
    if (schema.$ref !== undefined) {
      return this.check(value, this.definitions[schema.$ref.split('/').at(-1)!], path);
    }
    if (!isOfType(value, schema)) {
      return [`${path} is ${JSON.stringify(value)}, allowed: ${schema.type ?? 'anything'}`];
    }
    if (Array.isArray(value)) {
      const { items } = schema;
      if (items === undefined) return [];
      return value.flatMap((item, index) => this.check(item, items, `${path}[${index}]`));
    }
    if (typeof value !== 'object' || value === null) return [];
    return this.checkFields(value as Record<string, unknown>, schema, path);
  }

  private checkFields(
    value: Readonly<Record<string, unknown>>,
    schema: Schema,
    path: string,
  ): string[] {
    const { properties, additionalProperties, required = [] } = schema;
    const missing = required
      .filter((name) => value[name] === undefined)
      .map((name) => `${path}.${name} is missing`);
    if (properties === undefined && additionalProperties === undefined) return missing;
    const faults = Object.entries(value)
      .filter(([, field]) => field !== undefined)
      .flatMap(([name, field]) => {
        const known = properties?.[name] ?? additionalProperties;
        return known === undefined
          ? [`${path}.${name} is no field of this kind`]
          : this.check(field, known, `${path}.${name}`);
      });
    return [...missing, ...faults];
  }
}

function isOfType(value: unknown, { type, format }: Schema): boolean {
  if (type === undefined) return true;
  if (format === 'int-or-string' && Number.isInteger(value)) return true;
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    case 'string':
      return typeof value === 'string';
    default:
      return typeof value === type;
  }
}
