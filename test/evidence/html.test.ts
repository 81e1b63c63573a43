import { describe, expect, it } from 'vitest';
import type { HtmlView } from '../../src/message/html-view.ts';
import { factsFrom, htmlView } from './message-factory.ts';

const withHtml = (changes: Partial<HtmlView>, text = '') =>
  factsFrom('html', { html: htmlView(changes), text });

describe('html', () => {
  it('says nothing about a message without HTML', async () => {
    expect(await factsFrom('html', {})).toMatchObject({
      present: false,
      onlyHtml: false,
      textAgreement: null,
    });
  });

  it('knows HTML without plain text', async () => {
    expect(await withHtml({})).toMatchObject({ present: true, onlyHtml: true });
    expect(await withHtml({}, 'Here are the minutes.')).toMatchObject({ present: true, onlyHtml: false });
  });

  it('compares hidden text with what is seen', async () => {
    expect(await withHtml({ visibleText: 'abc', hiddenText: 'a' })).toMatchObject({
      visibleChars: 3,
      hiddenChars: 1,
      hiddenShare: 0.25,
    });
    expect(await withHtml({ visibleText: '', hiddenText: '' })).toMatchObject({
      hiddenChars: 0,
      hiddenShare: 0,
    });
  });

  it('knows a message that is an image, at the bound', async () => {
    expect((await withHtml({ images: 1, visibleText: 'x'.repeat(79) })).imageOnly).toBe(true);
    expect((await withHtml({ images: 1, visibleText: 'x'.repeat(80) })).imageOnly).toBe(false);
    expect((await withHtml({ images: 0, visibleText: 'Hello' })).imageOnly).toBe(false);
    expect((await withHtml({ images: 1, trackingPixels: 1, visibleText: 'Hello' })).imageOnly).toBe(false);
  });

  it('has the share of visible text in all characters', async () => {
    expect((await withHtml({ visibleText: 'x'.repeat(250), chars: 1000 })).textShare).toBe(0.25);
    expect((await withHtml({ visibleText: 'xx', chars: 1 })).textShare).toBe(1);
    expect((await withHtml({ chars: 0 })).textShare).toBeNull();
    expect((await factsFrom('html', {})).textShare).toBeNull();
  });

  it('passes on what was counted', async () => {
    const counts = {
      forms: 1,
      passwordInputs: 2,
      scripts: 3,
      iframes: 4,
      metaRefresh: 5,
      invisibleCharacters: 6,
      dataImages: 8,
      splitLinkTexts: 9,
      remoteImages: 7,
    };
    expect(await withHtml(counts)).toMatchObject(counts);
  });

  it('measures how far plain text and HTML agree', async () => {
    const agreement = async (visibleText: string, text: string) =>
      (await withHtml({ visibleText }, text)).textAgreement;
    expect(await agreement('The Minutes, please!', 'the minutes please')).toBe(1);
    expect(await agreement('one two', 'two three')).toBe(0.5);
    expect(await agreement('one two', 'three four')).toBe(0);
    expect(await agreement('one two', '...')).toBe(null);
  });

  it('compares the first 200 words', async () => {
    const words = (count: number) => Array.from({ length: count }, (_, at) => `w${at}`).join(' ');
    const agreement = async (text: string) =>
      (await withHtml({ visibleText: words(200) }, text)).textAgreement;
    expect(await agreement(words(200))).toBe(1);
    expect(await agreement(`${words(200)} more`)).toBe(1);
    expect(await agreement(`${words(199)} more`)).toBeLessThan(1);
  });
});
