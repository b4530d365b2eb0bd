import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parseAllDocuments } from 'yaml';
import { type KubernetesObject } from '../../../charts/core/kubernetes-object';

const run = promisify(execFile);
const MODULES = join(__dirname, '../../../local/toolchain/kubernetes');
/** Where the releases that the lab deploys have their CustomResourceDefinitions. */
const DEFINITIONS = {
  'github.com/kedacore/keda/v2': 'config/crd/bases/keda.sh_scaledobjects.yaml',
  'k8s.io/autoscaler/vertical-pod-autoscaler': 'deploy/vpa-v1-crd-gen.yaml',
} as const;
const METADATA = { $ref: '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' };

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly 'x-kubernetes-group-version-kind'?: readonly {
    readonly group: string;
    readonly version: string;
    readonly kind: string;
  }[];
}

/** The fields of a CustomResourceDefinition that say what its objects look like. */
interface Definition {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

/**
 * What the API server says about every kind that it has built in, and what the operators'
 * definitions say about theirs, of the releases that are pinned.
 */
export class ApiSchema {
  private readonly kinds = new Map<string, Schema>();

  private constructor(private readonly definitions: Readonly<Record<string, Schema>>) {
    for (const schema of Object.values(definitions)) {
      for (const { group, version, kind } of schema['x-kubernetes-group-version-kind'] ?? []) {
        this.kinds.set(`${group ? `${group}/` : ''}${version} ${kind}`, schema);
      }
    }
  }

  /** Reads it from the pinned Go modules, which are downloaded where they are not there yet. */
  static async load(): Promise<ApiSchema> {
    const swagger = join(await moduleFolder('k8s.io/kubernetes'), 'api/openapi-spec/swagger.json');
    const text = await readFile(swagger, 'utf8');
    const { definitions } = JSON.parse(text) as { definitions: Record<string, Schema> };
    const schema = new ApiSchema(definitions);
    for (const [module, file] of Object.entries(DEFINITIONS)) {
      const definitions = await readFile(join(await moduleFolder(module), file), 'utf8');
      for (const document of parseAllDocuments(definitions)) {
        schema.define(document.toJS() as Definition);
      }
    }
    return schema;
  }

  private define({ spec: { group, names, versions } }: Definition): void {
    for (const { name, served, schema } of versions) {
      const { openAPIV3Schema: root } = schema;
      if (!served) continue;
      this.kinds.set(`${group}/${name} ${names.kind}`, {
        ...root,
        properties: { ...root.properties, metadata: METADATA },
      });
    }
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
    const allowed = boundsBroken(value, schema);
    if (allowed !== undefined) return [`${path} is ${JSON.stringify(value)}, allowed: ${allowed}`];
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

async function moduleFolder(module: string): Promise<string> {
  const { stdout } = await run('go', ['mod', 'download', '-json', module], { cwd: MODULES });
  return (JSON.parse(stdout) as { readonly Dir: string }).Dir;
}

/** What a value of the right type must be besides; undefined where it is that. */
function boundsBroken(value: unknown, schema: Schema): string | undefined {
  const { enum: values, minimum = -Infinity, maximum = Infinity, pattern } = schema;
  if (values !== undefined && !values.includes(value)) return values.join(', ');
  if (typeof value === 'number' && (value < minimum || value > maximum))
    return `${minimum} to ${maximum}`;
  if (typeof value === 'string' && pattern !== undefined && !new RegExp(pattern).test(value))
    return pattern;
  return undefined;
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
