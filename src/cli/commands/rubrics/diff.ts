import { styleText } from 'node:util';
import type { Command } from 'commander';
import { loadRubricLibrary } from '../../../3-rate/load-rubrics.ts';
import { diffRubrics, explainChanges, type FieldChange } from '../../../3-rate/rubrics/diff-rubrics.ts';
import type { WordChange } from '../../../3-rate/rubrics/diff-words.ts';
import { createRubricSet } from '../../../3-rate/rubrics/rubric-set.ts';
import { InputError } from '../../../domain/errors.ts';
import { globalOptions } from '../../context.ts';
import { printResult } from '../../print.ts';
import { findVersion, versionsOf } from './find-version.ts';
import { folderOf, folderOption, versionOf } from './rubrics-folder.ts';

export function addRubricsDiff(group: Command): void {
  group
    .command('diff')
    .argument('<dimension>', 'such as concrete.flattery')
    .option('--from <version>', 'the older version (default: the one before --to)')
    .option('--to <version>', 'the newer version (default: the newest)')
    .addOption(folderOption())
    .description('what changed between two versions, word by word, and what that does to the rates')
    .action(async (dimension: string, given: { from?: string; to?: string; folder?: string }, command: Command) => {
      const library = await loadRubricLibrary(folderOf(given.folder));
      const versions = versionsOf(library, dimension);
      if (versions.length === 1) {
        throw new InputError(
          `${dimension} has one version, so there is nothing to compare: to change it, add another beside it.`,
        );
      }
      const newest = versions.at(-1)?.version ?? 1;
      const to = findVersion(library, dimension, given.to === undefined ? newest : versionOf(given.to, '--to'));
      const before = versions.filter(({ version }) => version < to.version).at(-1)?.version;
      if (given.from === undefined && before === undefined) {
        throw new InputError(`--to: version ${to.version} of ${dimension} is its first; name what to compare it with by --from.`);
      }
      const from = findVersion(library, dimension, given.from === undefined ? (before ?? 1) : versionOf(given.from, '--from'));
      const { frameOf } = createRubricSet([], library.all, library.frames);
      const changes = diffRubrics({ rubric: from, frame: frameOf(from) }, { rubric: to, frame: frameOf(to) });
      const explanation = explainChanges(changes);
      const result = { dimension, from: from.version, to: to.version, changes, explanation };
      const colour = process.stdout.isTTY === true && (process.env.NO_COLOR ?? '') === '';
      printResult(globalOptions(command).json, result, () =>
        [
          `${dimension}: version ${from.version} to ${to.version}`,
          ...changes.map((each) => renderChange(each, colour)),
          explanation,
        ].join('\n\n'),
      );
    });
}

const effects: Readonly<Record<FieldChange['effect'], string>> = {
  raters: 'raters read it',
  numbers: 'changes what a verdict counts for',
  records: 'raters do not see it',
};

/** A field and its words: colours where there is a terminal, marks that stand without them elsewhere. */
function renderChange({ field, effect, before, after, words }: FieldChange, colour: boolean): string {
  const fate = before === null ? ', new' : after === null ? ', gone' : '';
  const text = words
    .map((each) => renderWords(each, colour))
    .join(' ')
    .replace(/\n /g, '\n');
  return `${field} (${effects[effect]}${fate})\n${text.replace(/^/gm, '  ')}`;
}

/** Line by line, so that no mark and no colour runs over the end of one. */
function renderWords({ kind, text }: WordChange, colour: boolean): string {
  return kind === 'same' ? text : text.replace(/[^\n]+/g, (line) => markWords(kind, line, colour));
}

function markWords(kind: 'removed' | 'added', text: string, colour: boolean): string {
  if (colour) return styleText(kind === 'removed' ? ['red', 'strikethrough'] : 'green', text);
  return kind === 'removed' ? `[-${text}-]` : `{+${text}+}`;
}
