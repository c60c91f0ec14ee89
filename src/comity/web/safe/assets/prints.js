/* Fingerprints of files: the worker is asked one thing at a time, and made anew when it breaks. */

import { frames } from "./frames.js";

const ALIKE = 10, ENOUGH = 50, OWN = ["/safe/hash.js", "/safe/sw.js"];
const trusted = globalThis.trustedTypes?.createPolicy("safe", {
  createScriptURL(address) {
    if (!OWN.includes(address)) throw new TypeError("no other script");
    return address;
  },
});
export const script = (address) => (trusted ? trusted.createScriptURL(address) : address);

let worker = null, waiting = null, count = 0;

function end(message) {
  const asked = waiting;
  waiting = null;
  if (asked && message && message.id === asked.id && message.found) asked.done(message.found);
  else if (asked) asked.fail(new Error("unread"));
}

function broken() {
  worker?.terminate();
  worker = null;
  end(null);
}

function ask(question, moved = []) {
  if (!worker) {
    worker = new Worker(script("/safe/hash.js"));
    worker.onmessage = (event) => end(event.data);
    worker.onerror = (event) => { event.preventDefault(); broken(); };
    worker.onmessageerror = broken;
  }
  return new Promise((done, fail) => {
    waiting = { id: ++count, done, fail };
    worker.postMessage({ ...question, id: count }, moved);
  });
}

function apart(one, other) {
  let bits = 0;
  for (let at = 0; at < 64; at++) for (let both = parseInt(one[at], 16) ^ parseInt(other[at], 16); both; both &= both - 1) bits++;
  return bits;
}

/** The fingerprints of one file: {video, md5, sha256, pdq, quality}; rejects where the file cannot be read at all. */
export async function printsOf(file) {
  const video = file.type.startsWith("video/");
  if (!video) return { video, ...(await ask({ what: "picture", file })) };
  const found = await ask({ what: "file", file });
  try {
    await frames(file, async (frame) => {
      const { pdq, quality } = await ask({ what: "frame", frame }, [frame]);
      if (quality >= ENOUGH && found.pdq.every((other) => apart(pdq, other) > ALIKE)) {
        found.pdq.push(pdq);
        found.quality.push(quality);
      }
    });
  } catch { /* a video that this browser cannot play has its digests all the same */ }
  return { video, ...found };
}

/** Forget whatever is half done. */
export function forget() { broken(); }
