import { requireInteger, requireNumber } from './bounds';

/** What a JetStream trigger reads, and how many messages make one replica. */
export interface NatsJetStreamTriggerOptions {
  /**
   * `host:port` of the NATS monitoring endpoint, without a scheme. With one server this may be the
   * Service's name; with several it must be the headless Service's, because KEDA puts the name of a
   * pod in front of it to ask the leader.
   */
  readonly monitoringEndpoint: string;
  /**
   * Whether KEDA asks over HTTPS. The certificate must come from an authority of KEDA's image or of
   * its operator's `--ca-dir`: this trigger reads none from a TriggerAuthentication.
   *
   * @default false
   */
  readonly useHttps?: boolean;
  /**
   * JetStream account.
   *
   * @default '$G'
   */
  readonly account?: string;
  readonly stream: string;
  /** The durable consumer. It must exist before the scaler does, or KEDA errors and scales nothing. */
  readonly consumer: string;
  /** Messages for each replica: KEDA asks for `ceil(lag / lagThreshold)`. Minimum: 1. */
  readonly lagThreshold: number;
  /**
   * The target leaves zero when the lag is GREATER than this, so with 1 two messages wake it.
   * Minimum: 0.
   *
   * @default 0
   */
  readonly activationLagThreshold?: number;
}

/** What a Prometheus trigger asks, and how much of it makes one replica. */
export interface PrometheusTriggerOptions {
  /** URL of the server. */
  readonly serverAddress: string;
  /** PromQL with one number as its result; no result is an error, and then nothing scales. */
  readonly query: string;
  /** How much of the result is for one replica: KEDA asks for `ceil(result / threshold)`. More than 0. */
  readonly threshold: number;
  /**
   * The target leaves zero when the result is GREATER than this. Minimum: 0.
   *
   * @default 0
   */
  readonly activationThreshold?: number;
}

/** What a KEDA ScaledObject scales on. */
export class ScaledObjectTrigger {
  /**
   * Scales on the lag of a JetStream consumer: pending messages and those in work, so that pods live
   * while they work.
   *
   * @throws where the endpoint is not `host:port`, a name is empty, or a threshold is out of bounds
   */
  static natsJetStream(options: NatsJetStreamTriggerOptions): ScaledObjectTrigger {
    const { monitoringEndpoint, account = '$G', stream, consumer, lagThreshold } = options;
    const { activationLagThreshold = 0, useHttps = false } = options;
    requireEndpoint(monitoringEndpoint);
    for (const [field, value] of Object.entries({ account, stream, consumer })) {
      if (value === '') {
        throw new Error(`"${field}" is empty; name the ${field} whose lag is to be read`);
      }
    }
    requireInteger('lagThreshold', lagThreshold, {
      min: 1,
      hint: 'give the number of waiting messages that one replica is for',
    });
    requireInteger('activationLagThreshold', activationLagThreshold, {
      min: 0,
      hint: 'the target leaves zero when the lag is greater than it, so 0 means the first message',
    });
    return new ScaledObjectTrigger('nats-jetstream', {
      natsServerMonitoringEndpoint: monitoringEndpoint,
      account,
      stream,
      consumer,
      lagThreshold: String(lagThreshold),
      activationLagThreshold: String(activationLagThreshold),
      useHttps: String(useHttps),
    });
  }

  /**
   * Scales on the result of a PromQL query.
   *
   * @throws where the address is no http URL, the query is empty, or a threshold is out of bounds
   */
  static prometheus(options: PrometheusTriggerOptions): ScaledObjectTrigger {
    const { serverAddress, query, threshold, activationThreshold = 0 } = options;
    if (!/^https?:\/\/[^\s/]+/.test(serverAddress)) {
      throw new Error(
        `"serverAddress" is "${serverAddress}"; it must be a URL like http://prometheus.monitoring.svc:9090`,
      );
    }
    if (query.trim() === '') throw new Error('"query" is empty; give the PromQL to scale on');
    if (!(threshold > 0)) {
      throw new Error(
        `"threshold" is ${threshold}; it must be more than 0: give how much of the result one replica is for`,
      );
    }
    requireNumber('activationThreshold', activationThreshold, {
      min: 0,
      hint: 'the target leaves zero when the result is greater than it',
    });
    return new ScaledObjectTrigger('prometheus', {
      serverAddress,
      query,
      threshold: String(threshold),
      activationThreshold: String(activationThreshold),
      // KEDA takes a missing result for 0 otherwise, and stops workers that have work
      ignoreNullValues: 'false',
    });
  }

  private constructor(
    private readonly type: string,
    private readonly metadata: Readonly<Record<string, string>>,
  ) {}

  /** The trigger as the ScaledObject API writes it. */
  toManifest(): object {
    return { type: this.type, metadata: { ...this.metadata } };
  }
}

function requireEndpoint(endpoint: string): void {
  if (/^[a-z0-9.-]+:\d{1,5}$/i.test(endpoint)) return;
  throw new Error(
    `"monitoringEndpoint" is "${endpoint}"; it must be host:port without a scheme or path, ` +
      'for example "nats.messaging.svc.cluster.local:8222": KEDA adds the rest, https with "useHttps"',
  );
}
