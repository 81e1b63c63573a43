import { describe, expect, test } from 'vitest';
import { accountOf } from '../../src/process/account.ts';

const files = {
  passwd: [
    'root:x:0:0:root:/root:/bin/sh',
    'toor:x:0:0:root again:/root:/bin/sh',
    'postern:x:990:991::/var/lib/postern:/usr/sbin/nologin',
    'broken',
    'wheeled:x:995:0::/:/bin/sh',
    '',
  ].join('\n'),
  group: ['root:x:0:', 'postern:x:991:', 'mail:x:8:postern', ''].join('\n'),
};

describe('process.user and process.group', () => {
  test.each([
    ['postern', null, { name: 'postern', uid: 990, gid: 991, isListed: true }],
    ['990', null, { name: 'postern', uid: 990, gid: 991, isListed: true }],
    ['postern', 'mail', { name: 'postern', uid: 990, gid: 8, isListed: true }],
    ['postern', '1234', { name: 'postern', uid: 990, gid: 1234, isListed: true }],
    ['wheeled', 'mail', { name: 'wheeled', uid: 995, gid: 8, isListed: true }],
    ['61000', '61000', { name: '61000', uid: 61_000, gid: 61_000, isListed: false }],
  ])('%s with group %s is found', (user, group, account) => {
    expect(accountOf(user, group, files)).toEqual(account);
  });

  test.each([
    ['nosuch', null, 'process.user: there is no user "nosuch"'],
    ['broken', null, 'process.user: there is no user "broken"'],
    ['', null, 'process.user: there is no user ""'],
    ['-1', null, 'process.user: there is no user "-1"'],
    ['postern', 'nosuch', 'process.group: there is no group "nosuch"'],
    ['61000', null, 'process.group: "61000" is not in /etc/passwd, so its group must be given'],
    ['root', null, 'process.user: "root" is root'],
    ['0', '8', 'process.user: "0" is root'],
    ['toor', 'mail', 'process.user: "toor" is root'],
    ['wheeled', null, 'process.group: the group of "wheeled" would be root'],
    ['postern', 'root', 'process.group: the group of "postern" would be root'],
  ])('%j with group %j is a mistake that says why', (user, group, words) => {
    expect(() => accountOf(user, group, files)).toThrow(words);
  });
});
