import { EventEmitter } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type * as grpc from '@grpc/grpc-js';
import * as pb from '@pulumi/pulumi/proto/provider_pb';
import type { Properties } from '../../../local/pulumi/kubernetes-provider/property-values';
import {
  loadKubeConfig,
  readProviderConfig,
} from '../../../local/pulumi/kubernetes-provider/provider-config';
import { providerService } from '../../../local/pulumi/kubernetes-provider/provider-service';
import { encode } from '../../../local/pulumi/kubernetes-provider/wire';
import { kubeconfig } from '../../infra/support/kubeconfig';
import { temporaryFolder } from '../support/temporary-folder';

const before = process.env.KUBECONFIG;
let own: string;
let other: string;

beforeAll(async () => {
  const folder = await temporaryFolder();
  own = join(folder, 'own');
  other = join(folder, 'other');
  await writeFile(own, kubeconfig({ lab: 'https://lab:1' }));
  await writeFile(other, kubeconfig({ spare: 'https://spare:2', lab: 'https://elsewhere:2' }));
});

afterEach(() => {
  if (before === undefined) delete process.env.KUBECONFIG;
  else process.env.KUBECONFIG = before;
});

const load = (inputs: Properties) => loadKubeConfig(readProviderConfig(inputs));

describe('an empty kubeconfig', () => {
  test('stands for the files of KUBECONFIG, of which some may be missing', () => {
    process.env.KUBECONFIG = ['', join(own, 'gone'), own, other, ''].join(delimiter);
    const config = load({ kubeconfig: '', context: 'lab' });
    expect(config.getCurrentCluster()?.server).toBe('https://lab:1');
    expect(load({ kubeconfig: '', context: 'spare' }).getCurrentCluster()?.server).toBe(
      'https://spare:2',
    );
  });

  test('fails where no file has the context', () => {
    process.env.KUBECONFIG = `${own}${delimiter}${own}-gone`;
    expect(() => load({ kubeconfig: '', context: 'spare' })).toThrow(
      `context "spare" is not in kubeconfig "${own}${delimiter}${own}-gone": it has "lab"`,
    );
    process.env.KUBECONFIG = `${own}-gone`;
    expect(() => load({ kubeconfig: '', context: 'lab' })).toThrow(/it has none/);
  });
});

describe('a state with the path of a kubeconfig', () => {
  const diffConfig = (olds: Properties, news: Properties) =>
    new Promise<pb.DiffResponse>((resolve, reject) => {
      const request = new pb.DiffRequest();
      request.setOldInputs(encode(olds));
      request.setNews(encode(news));
      const method = providerService('0.0.0', undefined).diffConfig as grpc.handleUnaryCall<
        pb.DiffRequest,
        pb.DiffResponse
      >;
      const call = Object.assign(new EventEmitter(), { request });
      method(call as unknown as Parameters<typeof method>[0], (error, response) =>
        error ? reject(error) : resolve(response!),
      );
    });

  test('keeps all objects where KUBECONFIG leads to the same server', async () => {
    process.env.KUBECONFIG = ['', own, other].join(delimiter);
    const diff = await diffConfig(
      { kubeconfig: own, context: 'lab' },
      { kubeconfig: '', context: 'lab' },
    );
    expect(diff.getDiffsList()).toEqual(['kubeconfig']);
    expect(diff.getReplacesList()).toEqual([]);
  });

  test('keeps all objects where that file is gone', async () => {
    process.env.KUBECONFIG = own;
    const diff = await diffConfig(
      { kubeconfig: `${own}-gone`, context: 'lab' },
      { kubeconfig: '', context: 'lab' },
    );
    expect(diff.getReplacesList()).toEqual([]);
  });

  test('is replaced where KUBECONFIG leads to another server', async () => {
    process.env.KUBECONFIG = other;
    const diff = await diffConfig(
      { kubeconfig: own, context: 'lab' },
      { kubeconfig: '', context: 'lab' },
    );
    expect(diff.getReplacesList()).toEqual(['kubeconfig']);
  });
});
