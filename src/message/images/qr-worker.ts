import { parentPort } from 'node:worker_threads';
import { decodeQrCodes } from './qr-decoder.ts';

if (parentPort === null) throw new Error('the QR decoder runs in a worker thread');
const port = parentPort;

port.on('message', async (image: Uint8Array) => port.postMessage(await decodeQrCodes(image)));
// Loads the decoder before the first image comes, so that loading is no part of the time that an image may take.
port.postMessage(await decodeQrCodes(Buffer.from('P5\n1 1\n255\n\0', 'latin1')));
