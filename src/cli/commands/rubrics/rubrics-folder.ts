import { join, resolve } from 'node:path';
import { Option } from 'commander';
import { loadRubricFiles } from '../../../3-rate/load-rubrics.ts';
import type { RubricFiles } from '../../../3-rate/rubrics/read-rubrics.ts';
import { packageRoot } from '../../../compose.ts';
import { InputError } from '../../../domain/errors.ts';

/** What commands that need no database take, so that rubrics can be written and checked anywhere. */
export const folderOption = () => new Option('--folder <path>', 'the rubrics folder (default: the one Longwatch rates with)');

export function folderOf(given: string | undefined): string {
  return given === undefined ? join(packageRoot(), 'rubrics') : resolve(given);
}

export function readFolder(given: string | undefined): Promise<RubricFiles> {
  return loadRubricFiles(folderOf(given));
}

/** @throws InputError for what is not the number of a version. */
export function versionOf(text: string, option: string): number {
  const version = Number(text.replace(/^v/, ''));
  if (!Number.isInteger(version) || version < 1) {
    throw new InputError(`${option}: "${text}" is not a version; give its number, such as 2.`);
  }
  return version;
}
