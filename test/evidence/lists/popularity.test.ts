import { describe, expect, it } from 'vitest';
import { Popularity } from '../../../src/evidence/lists/popularity.ts';

const popularity = (...texts: string[]) =>
  new Popularity(texts.map((text, index) => ({ text, at: `popular.txt:${index + 1}` })));

describe('popularity', () => {
  it.each([
    [1, 1_000],
    [1_000, 1_000],
    [1_001, 10_000],
    [10_000, 10_000],
    [10_001, 100_000],
    [999_999_999, 1_000_000_000],
  ])('puts rank %i among the first %i', (rank, among) => {
    expect(popularity(`${rank},birch.example`).among('birch.example')).toBe(among);
  });

  it('puts domains without ranks among as many as there are', () => {
    const many = popularity(...Array.from({ length: 1_001 }, (_, at) => `d${at}.example`));
    expect(many.among('d0.example')).toBe(10_000);
    expect(popularity('d0.example').among('d0.example')).toBe(1_000);
  });

  it('takes the better of two ranks', () => {
    expect(popularity('20000,birch.example', '7,birch.example').among('birch.example')).toBe(1_000);
    expect(popularity('7,birch.example', '20000,birch.example').among('birch.example')).toBe(1_000);
  });

  it('covers hosts below a domain, and nobody else', () => {
    const list = popularity('birch.example');
    expect(list.among('www.mail.birch.example')).toBe(1_000);
    expect(list.among('notbirch.example')).toBeNull();
    expect(list.among('birch.example.evil.test')).toBeNull();
    expect(list.among('')).toBeNull();
    expect(list.among('192.0.2.1')).toBeNull();
  });

  it('does not take the pages of customers for their hoster', () => {
    const list = popularity('github.io', '9,blogspot.com');
    expect(list.among('anybody.github.io')).toBeNull();
    expect(list.among('anybody.blogspot.com')).toBeNull();
  });

  it('takes an administration with a suffix of its own for whole', () => {
    expect(popularity('gov.uk').among('www.tax.gov.uk')).toBe(1_000);
  });

  it.each([
    ['0,birch.example', 'popular.txt:1: "0" is no rank'],
    ['x,birch.example', 'popular.txt:1: "x" is no rank'],
    ['1000000000,birch.example', 'popular.txt:1: "1000000000" is no rank'],
    ['1,birch', 'popular.txt:1: "birch" is not a domain'],
    ['birch', 'popular.txt:1: "birch" is not a domain'],
  ])('refuses %j', (line, message) => {
    expect(() => popularity(line)).toThrow(message);
  });
});
