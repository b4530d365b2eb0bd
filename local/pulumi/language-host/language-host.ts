import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as grpc from '@grpc/grpc-js';
import { Empty } from 'google-protobuf/google/protobuf/empty_pb';
import * as pb from '@pulumi/pulumi/proto/language_pb';
import * as plugin from '@pulumi/pulumi/proto/plugin_pb';
import { StatusError, unary } from '../plugin-server';
import { directDependencies, installedPackages } from './program-packages';
import { runProgram } from './program-run';
import { readRuntimeOptions, type RuntimeOptions } from './runtime-options';

/**
 * The language runtime service for Node.js: it starts the program and says which provider plugins
 * the program's packages ask for. Code generation is left out, and the engine says so when asked.
 *
 * @param version what the plugin calls itself
 * @param initialEngine address of the engine, from the command line; a handshake replaces it
 */
export function languageHost(
  version: string,
  initialEngine: string | undefined,
): Record<string, grpc.UntypedHandleCall> {
  let engine = initialEngine;
  const running = new AbortController();

  return {
    handshake: unary(async (request: pb.LanguageHandshakeRequest) => {
      engine = request.getEngineAddress() || engine;
      return new pb.LanguageHandshakeResponse();
    }),
    getPluginInfo: unary(async () => {
      const info = new plugin.PluginInfo();
      info.setVersion(version);
      return info;
    }),
    getRequiredPlugins: unary(async (request: pb.GetRequiredPluginsRequest) => {
      const response = new pb.GetRequiredPluginsResponse();
      const packages = await installedPackages(programDirectory(request.getInfo()));
      for (const { plugin: wanted } of packages) {
        if (wanted === undefined) continue;
        const dependency = new plugin.PluginDependency();
        dependency.setName(wanted.name);
        dependency.setKind('resource');
        dependency.setVersion(wanted.version);
        dependency.setServer(wanted.server ?? '');
        response.addPlugins(dependency);
      }
      return response;
    }),
    getRequiredPackages: unary(async (request: pb.GetRequiredPackagesRequest) => {
      const response = new pb.GetRequiredPackagesResponse();
      const packages = await installedPackages(programDirectory(request.getInfo()));
      for (const { plugin: wanted } of packages) {
        if (wanted === undefined) continue;
        const dependency = new plugin.PackageDependency();
        dependency.setName(wanted.name);
        dependency.setKind('resource');
        dependency.setVersion(wanted.version);
        dependency.setServer(wanted.server ?? '');
        response.addPackages(dependency);
      }
      return response;
    }),
    getProgramDependencies: unary(async (request: pb.GetProgramDependenciesRequest) => {
      const folder = programDirectory(request.getInfo());
      const list = request.getTransitivedependencies() ? installedPackages : directDependencies;
      const response = new pb.GetProgramDependenciesResponse();
      for (const item of await list(folder)) {
        const dependency = new pb.DependencyInfo();
        dependency.setName(item.name);
        dependency.setVersion(item.version);
        response.addDependencies(dependency);
      }
      return response;
    }),
    about: unary(async () => {
      const response = new pb.AboutResponse();
      response.setExecutable(process.execPath);
      response.setVersion(process.version);
      return response;
    }),
    runtimeOptionsPrompts: unary(async () => {
      return new pb.RuntimeOptionsResponse();
    }),
    installDependencies: installDependencies,
    run: unary((request: pb.RunRequest, signal) =>
      run(request, engine, AbortSignal.any([signal, running.signal])),
    ),
    cancel: unary(async () => {
      running.abort();
      return new Empty();
    }),
  };
}

async function run(
  request: pb.RunRequest,
  engine: string | undefined,
  signal: AbortSignal,
): Promise<pb.RunResponse> {
  if (engine === undefined) {
    throw new StatusError(grpc.status.FAILED_PRECONDITION, 'the engine gave no address');
  }
  const info = request.getInfo();
  const result = await runProgram(
    {
      engine,
      monitor: request.getMonitorAddress(),
      organization: request.getOrganization(),
      project: request.getProject(),
      stack: request.getStack(),
      workingDirectory: request.getPwd(),
      rootDirectory: info?.getRootDirectory() || request.getPwd(),
      programDirectory: programDirectory(info),
      entryPoint: info?.getEntryPoint() || request.getProgram() || '.',
      args: request.getArgsList(),
      parallel: request.getParallel(),
      dryRun: request.getDryrun(),
      config: Object.fromEntries(request.getConfigMap().toArray()),
      configSecretKeys: request.getConfigsecretkeysList(),
      options: runtimeOptions(info),
    },
    signal,
  );
  const response = new pb.RunResponse();
  response.setBail(result.bail);
  response.setError(result.error ?? '');
  return response;
}

function installDependencies(
  call: grpc.ServerWritableStream<pb.InstallDependenciesRequest, pb.InstallDependenciesResponse>,
): void {
  const directory = call.request.getInfo()?.getProgramDirectory() || call.request.getDirectory();
  promisify(execFile)('npm', ['install', '--no-audit', '--no-fund'], { cwd: directory }).then(
    ({ stdout, stderr }) => {
      const response = new pb.InstallDependenciesResponse();
      response.setStdout(Buffer.from(stdout));
      response.setStderr(Buffer.from(stderr));
      call.write(response);
      call.end();
    },
    (error: Error) =>
      call.emit(
        'error',
        Object.assign(new Error(error.message), {
          code: grpc.status.UNKNOWN,
          details: `"npm install" failed in ${directory}: ${error.message}`,
        }),
      ),
  );
}

function programDirectory(info: pb.ProgramInfo | undefined): string {
  return info?.getProgramDirectory() || process.cwd();
}

function runtimeOptions(info: pb.ProgramInfo | undefined): RuntimeOptions {
  const options = info?.getOptions()?.toJavaScript() ?? {};
  return readRuntimeOptions(options as Record<string, unknown>);
}
