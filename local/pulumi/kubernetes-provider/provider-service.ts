import * as grpc from '@grpc/grpc-js';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import * as pb from '@pulumi/pulumi/proto/provider_pb';
import { type PluginAttach, PluginInfo } from '@pulumi/pulumi/proto/plugin_pb';
import { StatusError, unary } from '../plugin-server';
import { checkInputs } from './check';
import { Cluster } from './cluster';
import { createResource } from './create';
import { deleteResource } from './delete';
import { diffInputs } from './diff';
import { EngineLog } from './engine-log';
import type { NamingPolicy } from './naming';
import { readResource } from './read';
import { reveal } from './property-values';
import {
  checkProviderConfig,
  loadKubeConfig,
  readProviderConfig,
  serverOf,
  type ProviderConfig,
} from './provider-config';
import type { Session } from './session';
import { updateResource } from './update';
import { checkResponse, decode, diffResponse, encode } from './wire';

/**
 * The resource provider service for Kubernetes: one object of the cluster for each resource.
 *
 * @param version what the plugin calls itself; the engine looks for this one
 * @param engine address of the engine, for the messages in its display
 */
export function providerService(
  version: string,
  engine: string | undefined,
): Record<string, grpc.UntypedHandleCall> {
  const log = new EngineLog();
  if (engine !== undefined) log.connect(engine);
  const cancel = new AbortController();
  let session: Session | undefined;
  const configured = (): Session => {
    if (session !== undefined) return session;
    throw new StatusError(grpc.status.FAILED_PRECONDITION, 'the provider is not configured');
  };

  return {
    handshake: unary(async (request: pb.ProviderHandshakeRequest) => {
      log.connect(request.getEngineAddress());
      const response = new pb.ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
    attach: unary(async (request: PluginAttach) => {
      log.connect(request.getAddress());
      return new Empty();
    }),
    getPluginInfo: unary(async () => {
      const info = new PluginInfo();
      info.setVersion(version);
      return info;
    }),
    cancel: unary(async () => {
      cancel.abort();
      return new Empty();
    }),
    checkConfig: unary(async (request: pb.CheckRequest) => {
      const news = decode(request.getNews());
      return checkResponse(news, checkProviderConfig(reveal(news)));
    }),
    diffConfig: unary(async (request: pb.DiffRequest) => diffConfig(request)),
    configure: unary(async (request: pb.ConfigureRequest) => {
      const config = readProviderConfig(configOf(request));
      const cluster = new Cluster(loadKubeConfig(config), config.namespace);
      session = { cluster, config, log, cancelled: cancel.signal, compared: new Set() };
      const response = new pb.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      response.setSupportsAutonamingConfiguration(true);
      return response;
    }),
    invoke: unary(async (request: pb.InvokeRequest) => {
      throw new StatusError(
        grpc.status.UNIMPLEMENTED,
        `function "${request.getTok()}" is not served by the local provider: it serves Kubernetes objects only`,
      );
    }),
    construct: unary(async (request: pb.ConstructRequest) => {
      throw new StatusError(
        grpc.status.UNIMPLEMENTED,
        `component "${request.getType()}" is not served by the local provider: use one resource per Kubernetes object`,
      );
    }),
    ...resourceMethods(configured),
  };
}

function resourceMethods(configured: () => Session): Record<string, grpc.UntypedHandleCall> {
  return {
    check: unary(async (request: pb.CheckRequest) => {
      const { inputs, failures } = await checkInputs(configured(), {
        type: request.getType(),
        name: request.getName(),
        olds: decode(request.getOlds()),
        news: decode(request.getNews()),
        seed: request.getRandomseed_asU8(),
        naming: namingOf(request),
      });
      return checkResponse(inputs, failures);
    }),
    diff: unary(async (request: pb.DiffRequest) => {
      const session = configured();
      session.compared.add(request.getUrn());
      const oldInputs = decode(request.getOldInputs());
      return diffResponse(diffInputs(oldInputs, decode(request.getNews()), session.config));
    }),
    create: unary(async (request: pb.CreateRequest) => {
      const { id, outputs } = await createResource(configured(), {
        urn: request.getUrn(),
        inputs: decode(request.getProperties()),
        preview: request.getPreview(),
        timeoutSeconds: request.getTimeout(),
      });
      const response = new pb.CreateResponse();
      response.setId(id);
      response.setProperties(encode(outputs));
      return response;
    }),
    read: unary(async (request: pb.ReadRequest) => {
      const response = new pb.ReadResponse();
      const result = await readResource(configured(), {
        urn: request.getUrn(),
        type: request.getType(),
        id: request.getId(),
        oldInputs: decode(request.getInputs()),
        oldOutputs: decode(request.getProperties()),
      });
      // an answer without an id says that the object is gone
      if (result === undefined) return response;
      response.setId(result.id);
      response.setProperties(encode(result.outputs));
      response.setInputs(encode(result.inputs));
      return response;
    }),
    update: unary(async (request: pb.UpdateRequest) => {
      const outputs = await updateResource(configured(), {
        urn: request.getUrn(),
        id: request.getId(),
        oldOutputs: decode(request.getOlds()),
        inputs: decode(request.getNews()),
        ignoreChanges: request.getIgnorechangesList(),
        preview: request.getPreview(),
        timeoutSeconds: request.getTimeout(),
      });
      const response = new pb.UpdateResponse();
      response.setProperties(encode(outputs));
      return response;
    }),
    delete: unary(async (request: pb.DeleteRequest) => {
      await deleteResource(configured(), {
        urn: request.getUrn(),
        type: request.getType(),
        id: request.getId(),
        outputs: decode(request.getProperties()),
        timeoutSeconds: request.getTimeout(),
      });
      return new Empty();
    }),
  };
}

function diffConfig(request: pb.DiffRequest): pb.DiffResponse {
  const before = decode(request.getOldInputs() ?? request.getOlds());
  const after = decode(request.getNews());
  const { changes } = diffInputs(before, after, {
    enableConfigMapMutable: false,
    enableSecretMutable: false,
  });
  const moved = isOtherCluster(
    readProviderConfig(reveal(before)),
    readProviderConfig(reveal(after)),
  );
  const leading = ['kubeconfig', 'context', 'cluster', 'clusterIdentifier'];
  return diffResponse({
    // the objects stay where they are: a provider is replaced only where it leads somewhere else
    changes: changes.map((change) => ({
      ...change,
      replaces: moved && leading.includes(change.path),
    })),
    deleteBeforeReplace: false,
  });
}

function isOtherCluster(before: ProviderConfig, after: ProviderConfig): boolean {
  if (before.clusterIdentifier !== undefined && after.clusterIdentifier !== undefined) {
    return before.clusterIdentifier !== after.clusterIdentifier;
  }
  const old = serverOf(before);
  const now = serverOf(after);
  return old !== undefined && now !== undefined && old !== now;
}

/** Provider settings come as properties, and for older SDKs as strings under `kubernetes:config:`. */
function configOf(request: pb.ConfigureRequest): Record<string, unknown> {
  const variables = request
    .getVariablesMap()
    .toArray()
    .map(([key, value]) => [key.replace(/^kubernetes:config:/, ''), value] as const);
  return { ...Object.fromEntries(variables), ...reveal(decode(request.getArgs())) };
}

function namingOf(request: pb.CheckRequest): NamingPolicy | undefined {
  const options = request.getAutonaming();
  if (options === undefined) return undefined;
  const { ENFORCE, DISABLE } = pb.CheckRequest.AutonamingOptions.Mode;
  const mode = options.getMode();
  return {
    mode: mode === DISABLE ? 'disable' : mode === ENFORCE ? 'enforce' : 'propose',
    proposedName: options.getProposedName(),
  };
}
