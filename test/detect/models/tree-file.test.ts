import { describe, expect, test } from 'vitest';
import { parseTrees } from '../../../src/detect/models/tree-file.ts';

const STUMP = {
  feature: [1, 0, 0],
  threshold: [0.5, 0, 0],
  left: [1, -1, -1],
  right: [2, -1, -1],
  missingLeft: [1, 0, 0],
  count: [10, 4, 6],
  value: [0, 1, -1],
};

const read = (trees: unknown) => parseTrees(Buffer.from(JSON.stringify(trees)), 'folder', 2);

describe('trees.json', () => {
  test('is read as it stands', () => {
    expect(read([STUMP])).toEqual([STUMP]);
  });

  test.each([
    ['no tree', [], 'trees.json'],
    ['a feature beyond the row', [{ ...STUMP, feature: [2, 0, 0] }], 'asks of a feature beyond 2'],
    ['columns of different lengths', [{ ...STUMP, value: [0, 1] }], 'columns of different lengths'],
    ['a loop', [{ ...STUMP, left: [0, -1, -1] }], 'not after its parent'],
    ['a child beyond the end', [{ ...STUMP, right: [3, -1, -1] }], 'not after its parent'],
    ['a node that no row came through', [{ ...STUMP, count: [10, 0, 6] }], '0.count.1'],
  ])('with %s is refused', (_, trees, words) => {
    expect(() => read(trees)).toThrow(words);
  });

  test('that is no JSON is refused', () => {
    expect(() => parseTrees(Buffer.from('['), 'folder', 2)).toThrow('folder/trees.json');
  });
});
