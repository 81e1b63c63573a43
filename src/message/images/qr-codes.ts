import { createHash } from 'node:crypto';
import { collectTextLinks, type LinkCollector } from '../links.ts';
import { type QrThread, qrThread } from './qr-thread.ts';
import { type ImageSize, imageSize } from './size.ts';

/** Grey levels, one byte a pixel, 0 black. */
export interface Pixels extends ImageSize {
  readonly data: Buffer;
}

/** How much of the images of one message is searched. */
export interface QrBudgets {
  /** A message with more pictures is a catalogue; the code that a reader shall scan stands at the top. */
  readonly images: number;
  /** Pixels of one image: noise of that size, the worst case, takes 150 ms. Screenshots and scans at 150 dpi fit. */
  readonly imagePixels: number;
  /** Pixels of all images. */
  readonly pixels: number;
  /** Bytes of one encoded image; what packs so badly at that size is a photograph. */
  readonly imageBytes: number;
}

export const QR_BUDGETS: QrBudgets = {
  images: 16,
  imagePixels: 2_250_000,
  pixels: 6_000_000,
  imageBytes: 2 * 1024 * 1024,
};

/** The smallest code has 21 modules and a margin of 4 on each side; below two pixels a module no camera reads it. */
export const SMALLEST_SIDE = 60;
/** No format packs the smallest code, 441 modules without pattern, with its headers into less. */
const FEWEST_BYTES = 100;
/** Banners and rules: a square code in so flat an image would have no module of two pixels. */
const FLATTEST = 8;

/** `read`: searched, or too small for a code. `unread`: a code may be in it, and nobody looked. */
export type QrOutcome = 'read' | 'unread';

/** Searches the images of one message for QR codes, one by one; links in them become links of the message. */
export class QrCodes {
  readonly #links: LinkCollector;
  readonly #budgets: QrBudgets;
  readonly #thread: Pick<QrThread, 'decode'>;
  readonly #seen = new Set<string>();
  #imagesLeft: number;
  #pixelsLeft: number;
  /** Codes found, each text once. */
  readonly #texts = new Set<string>();

  constructor(
    links: LinkCollector,
    budgets: QrBudgets = QR_BUDGETS,
    thread: Pick<QrThread, 'decode'> = qrThread,
  ) {
    this.#thread = thread;
    this.#links = links;
    this.#budgets = budgets;
    this.#imagesLeft = budgets.images;
    this.#pixelsLeft = budgets.pixels;
  }

  get count(): number {
    return this.#texts.size;
  }

  /** Pixels that one more image may have. */
  get room(): number {
    return this.#imagesLeft <= 0 ? 0 : Math.min(this.#pixelsLeft, this.#budgets.imagePixels);
  }

  /** Whether an image of that size is too small or too flat to hold a code that anybody could scan. */
  tooSmall(size: ImageSize): boolean {
    return hopeless(size);
  }

  /** Searches an encoded image: PNG, JPEG, GIF or BMP. */
  async search(image: Buffer): Promise<QrOutcome> {
    if (image.length < FEWEST_BYTES) return 'read';
    const size = imageSize(image);
    if (size === null) return 'unread';
    if (hopeless(size)) return 'read';
    if (image.length > this.#budgets.imageBytes) return 'unread';
    const digest = createHash('sha256').update(image).digest('base64');
    if (this.#seen.has(digest)) return 'read';
    if (!this.#take(size)) return 'unread';
    this.#seen.add(digest);
    return this.#decode(image);
  }

  /** Searches decoded pixels. */
  async searchPixels(pixels: Pixels): Promise<QrOutcome> {
    if (hopeless(pixels)) return 'read';
    return this.#take(pixels) ? this.#decode(greymap(pixels)) : 'unread';
  }

  #take({ width, height }: ImageSize): boolean {
    const pixels = width * height;
    if (pixels > this.room) return false;
    this.#imagesLeft -= 1;
    this.#pixelsLeft -= pixels;
    return true;
  }

  async #decode(image: Buffer): Promise<QrOutcome> {
    const texts = await this.#thread.decode(image);
    if (texts === 'gaveUp') this.#imagesLeft = 0;
    if (typeof texts === 'string') return 'unread';
    for (const text of texts) {
      this.#texts.add(text);
      if (/^\s*[a-z][a-z0-9+.-]{1,30}:/i.test(text)) this.#links.add(text.trim(), 'qr', null);
      else collectTextLinks(text, 'qr', this.#links);
    }
    return 'read';
  }
}

/** Pixels as a PGM image: the library takes raw pixels in four colours only, which is four times the copying. */
function greymap({ width, height, data }: Pixels): Buffer {
  return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), data]);
}

function hopeless({ width, height }: ImageSize): boolean {
  const short = Math.min(width, height);
  return short < SMALLEST_SIDE || Math.max(width, height) > FLATTEST * short;
}
