import type { Command } from 'commander';
import { type KeyList, listKeys, type MasterRotation, rotateCoin, rotateMaster } from '../../2-sample/run-rotation.ts';
import { withApp } from '../context.ts';
import { columns, minute, printResult } from '../print.ts';

export function addKeys(program: Command): void {
  const group = program.command('keys').description('master keys, and what they wrap');

  group
    .command('list')
    .description('every master key by its fingerprint, and how many keys it wraps')
    .action(async (_options, command: Command) => {
      await withApp(command, async (app, { json }) => {
        const list = await listKeys(app.keys);
        printResult(json, toJson(list), () => describeList(list));
      });
    });

  group
    .command('rotate')
    .requiredOption('--by <name>', 'who does it')
    .option('--coin', 'a new key for the coins that draw the sample, from the next UTC midnight on', false)
    .description('a new master key, and every key wrapped under it; others may go on reading and writing')
    .action(async ({ coin, by }: { coin: boolean; by: string }, command: Command) => {
      await withApp(command, async (app, { json }) => {
        if (coin) {
          const { generation, from, made } = await rotateCoin(app.keys, by);
          printResult(json, { generation, from, made }, () =>
            made
              ? `Coin key ${generation} is made, and in force from ${minute(from)}.`
              : `Coin key ${generation} was made before and is still to come, at ${minute(from)}: no other was made.`,
          );
          return;
        }
        const rotation = await rotateMaster(app.keys, by);
        const { current, added, workingKeys, dataKeys, damaged } = rotation;
        const value = { current, added, n_working_keys: workingKeys, n_data_keys: dataKeys, n_damaged: damaged };
        printResult(json, value, () => describeRotation(rotation, app.keys.ring.add === null));
      });
    });
}

function describeRotation({ current, added, workingKeys, dataKeys, damaged }: MasterRotation, madeElsewhere: boolean): string {
  const wrapped = `${workingKeys} working keys and ${dataKeys} data keys are now wrapped under ${current}.`;
  const nothing = workingKeys + dataKeys === 0;
  const lines = [
    ...(added === null ? [] : [`Master key ${added} is made and comes first. Back it up apart from the database.`]),
    nothing && madeElsewhere
      ? `Nothing to do: everything is wrapped under ${current}. Make LONGWATCH_KEY_COMMAND print a new key before the others first.`
      : wrapped,
    ...(added === null && !nothing && !madeElsewhere
      ? ['This finished an earlier rotation, so no key was made: run it again for a new one.']
      : []),
    ...(damaged === 0 ? [] : [`${damaged} data keys do not open: their rows were altered, and what they sealed is unreadable.`]),
  ];
  return lines.join('\n');
}

function describeList({ source, masters, coins }: KeyList): string {
  const rows = masters.map(({ fingerprint, place, workingKeys, dataKeys }) => [
    fingerprint,
    place === null ? 'MISSING' : place === 1 ? 'current' : `key ${place}`,
    workingKeys + dataKeys === 0 && place !== 1
      ? 'wraps nothing: delete its line once no backup needs it'
      : `wraps ${workingKeys} working keys and ${dataKeys} data keys${place === null ? ', which nobody can open: put it back' : ''}`,
  ]);
  const inForce = coins.map(({ generation, from }) => [
    `coin key ${generation}`,
    from.getTime() === 0 ? 'in force from the start' : `in force from ${minute(from)}`,
  ]);
  return [`Master keys in ${source}, the first one first:`, columns(rows), '', columns(inForce)].join('\n');
}

function toJson({ source, masters, coins }: KeyList) {
  return {
    source,
    masters: masters.map(({ fingerprint, place, workingKeys, dataKeys }) => ({
      fingerprint,
      place,
      current: place === 1,
      n_working_keys: workingKeys,
      n_data_keys: dataKeys,
    })),
    coins,
  };
}
