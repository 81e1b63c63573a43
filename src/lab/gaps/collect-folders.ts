import type { OpenInstruments } from '../../service/instruments.ts';
import { judgeFiles, type Label } from './collect-files.ts';
import type { Collected } from './collect-ledger.ts';
import { gapOf, type Specimen } from './specimen.ts';

export interface FolderScope {
  readonly misses: string | undefined;
  readonly falsePositives: string | undefined;
  readonly background: string | undefined;
  readonly most: number;
  readonly mostBackground: number;
}

/**
 * Judges the folders by today's detectors. Unwanted mail that is caught now, and wanted mail that is let through now, is no gap any more:
 * it is background, judged right.
 */
export async function collectFromFolders(
  scope: FolderScope,
  instruments: OpenInstruments,
  onFailure: (path: string, error: string) => void,
): Promise<Collected> {
  let leftOut = 0;
  const read = async (
    folder: string | undefined,
    label: Label,
    most: number,
  ): Promise<readonly Specimen[]> => {
    if (folder === undefined) return [];
    const { specimens, found, failed } = await judgeFiles(folder, label, most, instruments);
    leftOut += found - specimens.length - failed.length;
    for (const { path, error } of failed) onFailure(path, error);
    return specimens;
  };
  const labelled = [
    ...(await read(scope.misses, 'unwanted', scope.most)),
    ...(await read(scope.falsePositives, 'wanted', scope.most)),
  ];
  const gaps = labelled.filter((one) => gapOf(one) !== null);
  const gapsFound = gaps.length + leftOut;
  leftOut = 0;
  const others = await read(scope.background, 'unknown', scope.mostBackground);
  const background = [...labelled.filter((one) => gapOf(one) === null), ...others];
  return { gaps, background, gapsFound, backgroundFound: background.length + leftOut };
}
