import type { WorkflowHandle } from '@temporalio/client';
import { startCodecServer, type RunningCodecServer } from '../../../src/codecServer/server.ts';
import { Secret } from '../../../src/config/secret.ts';
import { createPayloadCodec } from '../../../src/delivery/encryption/payloadCodec.ts';
import { changeSetWorld, failedChangeSet } from './changeSetWorld.ts';
import { encryptedBy } from './encryption.ts';
import { lineagesOf } from './lineages.ts';
import { choosePort } from './ports.ts';
import { silent } from './silent.ts';
import type { StewardWorld } from './stewardWorld.ts';
import { webUiStage, type WebUiStage } from './webUiStage.ts';

/** A world whose payloads are encrypted, a Web UI that knows a codec server, and that server. */
export interface EncryptedStage extends WebUiStage<StewardWorld> {
  readonly codecServer: RunningCodecServer;
  /** Of the codec server's sign-in page. */
  readonly password: string;
  /** A failed change set that needs a decision, with what AWS said. */
  readonly awaitsDecision: (said: string) => Promise<EncryptedLineage>;
}

/** A lineage and the run that its page shows. */
export interface EncryptedLineage {
  readonly handle: WorkflowHandle;
  readonly name: string;
  readonly changeSetId: string;
  readonly workflowId: string;
  readonly runId: string;
}

/** Opens the stage. @param databaseFile the SQLite file of its Temporal server. */
export async function encryptedStage(databaseFile?: string): Promise<EncryptedStage> {
  const encryption = encryptedBy('2026-11');
  const password = 'correct horse battery staple';
  const uiPort = await choosePort("Temporal's Web UI", 0, () => {});
  const port = await choosePort('the codec server', 0, () => {});
  const uiCodecEndpoint = `http://127.0.0.1:${port}`;
  const options = { uiPort, uiCodecEndpoint, ...(databaseFile !== undefined && { databaseFile }) };
  const stage = await webUiStage(() => changeSetWorld({}, { encryption }), options);
  const { world, address } = stage;
  world.simulator.control.setEvents({ target: null });
  const codecServer = await startCodecServer({
    host: '127.0.0.1',
    port,
    origins: [address.ui],
    credentials: [],
    password: new Secret('STEWARD_CODEC_SERVER_PASSWORD', password),
    codec: createPayloadCodec(encryption),
    namespace: address.namespace,
    logger: silent,
  });
  const { handleOf, untilState } = lineagesOf(() => world);
  return {
    ...stage,
    codecServer,
    password,
    async awaitsDecision(said) {
      const errors = [{ code: 'INVALID_INPUT', message: said }];
      const { changeSetId, name, event } = failedChangeSet(world, { failureCode: 'CLIENT_ERROR', errors });
      await world.receive(event);
      const handle = handleOf(changeSetId);
      await untilState(handle, 'awaitingDecision');
      const { workflowId, runId } = await handle.describe();
      return { handle, name, changeSetId, workflowId, runId };
    },
    async close() {
      await codecServer.close();
      await stage.close();
    },
  };
}
