import { Duration } from 'cdk8s';
import { type ContainerProps, Probe } from 'cdk8s-plus-28';
import { METRICS_HTTP } from '../../workloads/protocol/names';

/** What differs between the probes of two programs, in seconds. */
export interface ProgramProbesOptions {
  /**
   * How often it is asked whether it is ready.
   *
   * @default 2
   */
  readonly readinessPeriod?: number;
  /**
   * How long an answer may take.
   *
   * @default - 1, as Kubernetes has it
   */
  readonly timeout?: number;
  /**
   * How long the answer of the liveness probe may take, which restarts the container.
   *
   * @default - as the others
   */
  readonly livenessTimeout?: number;
}

/** The probes of a Node program of the lab: it has a minute to start, and serves its health beside its metrics. */
export function programProbes({
  readinessPeriod = 2,
  timeout,
  livenessTimeout = timeout,
}: ProgramProbesOptions = {}): Pick<ContainerProps, 'startup' | 'readiness' | 'liveness'> {
  const { livenessPath, readinessPath, metricsPort: port } = METRICS_HTTP;
  const probe = (path: string, period: number, failureThreshold: number, within?: number) =>
    Probe.fromHttpGet(path, {
      port,
      periodSeconds: Duration.seconds(period),
      failureThreshold,
      ...(within !== undefined && { timeoutSeconds: Duration.seconds(within) }),
    });
  return {
    startup: probe(livenessPath, 1, 60, timeout),
    readiness: probe(readinessPath, readinessPeriod, 3, timeout),
    liveness: probe(livenessPath, 10, 3, livenessTimeout),
  };
}
