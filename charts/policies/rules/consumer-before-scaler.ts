import { consumerKey, PROVIDES_CONSUMER } from '../../core/annotations';
import { type LabGraph } from './lab-graph';
import { type RuleViolation } from './rule';
import { scalersOf } from './scaler';

/** Stream and consumer exist before the scaler that reads them: on a missing one KEDA scales nothing. */
export function consumerBeforeScaler(graph: LabGraph): RuleViolation[] {
  return scalersOf(graph).flatMap(({ object, label, triggers }) =>
    triggers
      .filter(({ type }) => type === 'nats-jetstream')
      .map(({ metadata }) => consumerKey(metadata.stream, metadata.consumer))
      .filter((consumer) => {
        const providers = graph.objects.filter(
          ({ manifest }) => manifest.metadata.annotations?.[PROVIDES_CONSUMER] === consumer,
        );
        return !providers.some((provider) => graph.dependsOn(object, provider));
      })
      .map((consumer) => ({
        path: object.path,
        message:
          `${label} reads the consumer "${consumer}" and depends on nothing that creates it; ` +
          `make its chart depend on the workload with the annotation "${PROVIDES_CONSUMER}: ${consumer}"`,
      })),
  );
}
