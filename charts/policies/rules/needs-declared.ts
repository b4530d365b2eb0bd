import { type LabGraph } from './lab-graph';
import { ownPodTemplates, type PodTemplate } from './pod-template';
import { type RuleViolation } from './rule';

/**
 * A chart declares the Secrets that its pods read, and the images of this project that they run: a
 * release waits only for what its chart declares.
 */
export function needsDeclared(graph: LabGraph): RuleViolation[] {
  const builtImages = new Set(graph.objects.flatMap(({ chart }) => chart.images));
  return ownPodTemplates(graph).flatMap((template) => [
    ...undeclaredSecrets(template),
    ...undeclaredImages(template, builtImages),
  ]);
}

function undeclaredSecrets({ object, spec }: PodTemplate): RuleViolation[] {
  const { namespace } = object.manifest.metadata;
  const declared = object.chart.secrets.filter((secret) => secret.namespace === namespace);
  return [...new Set(secretsOf(spec))]
    .filter((name) => !declared.some((secret) => secret.name === name))
    .map((name) => ({
      path: object.path,
      message: `reads Secret "${name}", which chart "${object.chart.name}" does not declare; add it to the "secrets" of its descriptor`,
    }));
}

function undeclaredImages(
  { object, containers }: PodTemplate,
  builtImages: ReadonlySet<string>,
): RuleViolation[] {
  return containers
    .map(({ image = '' }) => image)
    .filter((image) => builtImages.has(image) && !object.chart.images.includes(image))
    .map((image) => ({
      path: object.path,
      message: `runs "${image}", which chart "${object.chart.name}" does not declare; add it to the "images" of its descriptor`,
    }));
}

interface SecretSource {
  readonly name?: string;
  readonly secretName?: string;
  readonly optional?: boolean;
}

const SECRET_SOURCES = new Set(['secretRef', 'secretKeyRef', 'secret']);

/** The Secrets without which a pod does not start, wherever its spec names them. */
function secretsOf(spec: unknown): string[] {
  if (typeof spec !== 'object' || spec === null) return [];
  return Object.entries(spec).flatMap(([field, value]) => {
    if (!SECRET_SOURCES.has(field)) return secretsOf(value);
    const { name, secretName = name, optional } = value as SecretSource;
    return secretName === undefined || optional ? [] : [secretName];
  });
}
