/* Fingerprints in the browser: PDQ, MD5 and SHA-256. What is handed in here is forgotten, and nothing of it leaves. */

const SIDE = 64, KEPT = 16;

/** The first sixteen rows of the cosine transform of 64 values, without the constant one. */
const DCT = (() => {
  const rows = [];
  for (let i = 0; i < KEPT; i++) {
    const row = new Float32Array(SIDE);
    for (let j = 0; j < SIDE; j++) row[j] = Math.sqrt(2 / SIDE) * Math.cos((Math.PI / 2 / SIDE) * (i + 1) * (2 * j + 1));
    rows.push(row);
  }
  return rows;
})();

/** Brightness of each pixel, as Rec. 601 has it. */
function luma(pixels, count) {
  const made = new Float32Array(count);
  for (let i = 0, at = 0; i < count; i++, at += 4) made[i] = 0.299 * pixels[at] + 0.587 * pixels[at + 1] + 0.114 * pixels[at + 2];
  return made;
}

/** A running mean over a line of values, of which the window is cut at both ends. */
function meanLine(source, target, start, stride, length, window) {
  const half = (window + 2) >> 1;
  let left = start, right = start, out = start, sum = 0, size = 0;
  const back = window - half + 1;
  for (let i = 0; i < half - 1; i++) { sum += source[right]; size++; right += stride; }
  for (let i = 0; i < back; i++) { sum += source[right]; size++; target[out] = sum / size; right += stride; out += stride; }
  for (let i = 0; i < length - window; i++) { sum += source[right] - source[left]; target[out] = sum / size; left += stride; right += stride; out += stride; }
  for (let i = 0; i < half - 1; i++) { sum -= source[left]; size--; target[out] = sum / size; left += stride; out += stride; }
}

/** The same mean down every column at once, row by row: neighbours in memory stay neighbours. */
function meanColumns(source, target, height, width, window) {
  const half = (window + 2) >> 1, sums = new Float64Array(width), back = window - half + 1;
  let left = 0, right = 0, out = 0, size = 0;
  const enter = () => { const at = right++ * width; for (let i = 0; i < width; i++) sums[i] += source[at + i]; size++; };
  const leave = () => { const at = left++ * width; for (let i = 0; i < width; i++) sums[i] -= source[at + i]; size--; };
  const tell = () => { const at = out++ * width; for (let i = 0; i < width; i++) target[at + i] = sums[i] / size; };
  for (let i = 0; i < half - 1; i++) enter();
  for (let i = 0; i < back; i++) { enter(); tell(); }
  for (let i = 0; i < height - window; i++) {
    const comes = right++ * width, goes = left++ * width, at = out++ * width;
    for (let j = 0; j < width; j++) target[at + j] = (sums[j] += source[comes + j] - source[goes + j]) / size;
  }
  for (let i = 0; i < half - 1; i++) { leave(); tell(); }
}

function windowFor(length) { return Math.floor((length + 2 * SIDE - 1) / (2 * SIDE)); }

/** Smooth twice in both directions, then take 64 by 64 values from the middles of as many tiles. */
function shrunk(grey, height, width) {
  let one = grey, other = new Float32Array(grey.length);
  const across = windowFor(width), down = windowFor(height);
  for (let pass = 0; pass < 2; pass++) {
    for (let row = 0; row < height; row++) meanLine(one, other, row * width, 1, width, across);
    meanColumns(other, one, height, width, down);
  }
  const made = new Float32Array(SIDE * SIDE);
  for (let i = 0; i < SIDE; i++) {
    const row = Math.floor(((i + 0.5) * height) / SIDE);
    for (let j = 0; j < SIDE; j++) made[i * SIDE + j] = one[row * width + Math.floor(((j + 0.5) * width) / SIDE)];
  }
  one.fill(0);
  other.fill(0);
  return made;
}

function qualityOf(grid) {
  let sum = 0;
  const step = (a, b) => Math.abs(Math.trunc(((a - b) * 100) / 255));
  for (let i = 0; i < SIDE - 1; i++) for (let j = 0; j < SIDE; j++) sum += step(grid[i * SIDE + j], grid[(i + 1) * SIDE + j]);
  for (let i = 0; i < SIDE; i++) for (let j = 0; j < SIDE - 1; j++) sum += step(grid[i * SIDE + j], grid[i * SIDE + j + 1]);
  return Math.min(100, Math.floor(sum / 90));
}

function pdqOf(pixels, height, width) {
  const grid = shrunk(luma(pixels, height * width), height, width);
  const half = new Float32Array(KEPT * SIDE), made = new Float32Array(KEPT * KEPT);
  for (let i = 0; i < KEPT; i++) for (let j = 0; j < SIDE; j++) {
    let sum = 0;
    for (let k = 0; k < SIDE; k++) sum += DCT[i][k] * grid[k * SIDE + j];
    half[i * SIDE + j] = sum;
  }
  for (let i = 0; i < KEPT; i++) for (let j = 0; j < KEPT; j++) {
    let sum = 0;
    for (let k = 0; k < SIDE; k++) sum += half[i * SIDE + k] * DCT[j][k];
    made[i * KEPT + j] = sum;
  }
  const median = Float32Array.from(made).sort()[KEPT * KEPT / 2 - 1];
  let text = "";
  for (let at = KEPT * KEPT - 4; at >= 0; at -= 4) {
    let digit = 0;
    for (let bit = 0; bit < 4; bit++) if (made[at + bit] > median) digit |= 1 << bit;
    text += digit.toString(16);
  }
  const quality = qualityOf(grid);
  grid.fill(0);
  return { pdq: text, quality };
}

/** Bytes that come in portions, in blocks of 64: what MD5 (RFC 1321) and SHA-256 (FIPS 180-4) share. */
class Digest {
  constructor(state, block, little) {
    this.state = state; this.block = block; this.little = little;
    this.held = new Uint8Array(64); this.kept = 0; this.size = 0;
  }

  add(bytes) {
    this.size += bytes.length;
    let at = 0;
    if (this.kept) {
      at = Math.min(64 - this.kept, bytes.length);
      this.held.set(bytes.subarray(0, at), this.kept);
      this.kept += at;
      if (this.kept < 64) return;
      this.block(this.state, this.held, 0);
      this.kept = 0;
    }
    for (; at + 64 <= bytes.length; at += 64) this.block(this.state, bytes, at);
    this.held.set(bytes.subarray(at));
    this.kept = bytes.length - at;
  }

  hex() {
    const tail = new Uint8Array(this.kept < 56 ? 64 : 128), view = new DataView(tail.buffer);
    tail.set(this.held.subarray(0, this.kept));
    tail[this.kept] = 128;
    const low = (this.size * 8) >>> 0, high = Math.floor(this.size / 536870912);
    view.setUint32(tail.length - 8, this.little ? low : high, this.little);
    view.setUint32(tail.length - 4, this.little ? high : low, this.little);
    for (let at = 0; at < tail.length; at += 64) this.block(this.state, tail, at);
    this.held.fill(0);
    const out = new DataView(new ArrayBuffer(4 * this.state.length));
    this.state.forEach((word, i) => out.setInt32(4 * i, word, this.little));
    return Array.from(new Uint8Array(out.buffer), (one) => one.toString(16).padStart(2, "0")).join("");
  }
}

const SHIFTS = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const SINES = Uint32Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 4294967296));
const WORDS = new Int32Array(64);

function md5Block(state, bytes, at) {
  for (let i = 0; i < 16; i++, at += 4) WORDS[i] = bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
  let [p, q, r, s] = state;
  for (let i = 0; i < 64; i++) {
    const turn = i >> 4;
    const mixed = turn === 0 ? (q & r) | (~q & s) : turn === 1 ? (s & q) | (~s & r) : turn === 2 ? q ^ r ^ s : r ^ (q | ~s);
    const place = turn === 0 ? i : turn === 1 ? (5 * i + 1) & 15 : turn === 2 ? (3 * i + 5) & 15 : (7 * i) & 15;
    const sum = (p + mixed + SINES[i] + WORDS[place]) | 0, by = SHIFTS[(turn << 2) | (i & 3)];
    p = s; s = r; r = q; q = (q + ((sum << by) | (sum >>> (32 - by)))) | 0;
  }
  state[0] = (state[0] + p) | 0; state[1] = (state[1] + q) | 0; state[2] = (state[2] + r) | 0; state[3] = (state[3] + s) | 0;
}

/** The first 32 bits of what stands behind the point of a root of the first primes. */
function roots(count, power) {
  const found = [];
  for (let n = 2; found.length < count; n++) {
    let prime = true;
    for (let by = 2; by * by <= n; by++) if (n % by === 0) prime = false;
    if (prime) found.push(Math.floor((n ** power % 1) * 4294967296) | 0);
  }
  return found;
}
const CUBES = Int32Array.from(roots(64, 1 / 3)), SQUARES = roots(8, 1 / 2);

function shaBlock(state, bytes, at) {
  for (let i = 0; i < 16; i++, at += 4) WORDS[i] = (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
  for (let i = 16; i < 64; i++) {
    const a = WORDS[i - 15], b = WORDS[i - 2];
    const one = ((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3);
    const two = ((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10);
    WORDS[i] = (WORDS[i - 16] + one + WORDS[i - 7] + two) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i++) {
    const one = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const first = (h + one + ((e & f) ^ (~e & g)) + CUBES[i] + WORDS[i]) | 0;
    const two = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const second = (two + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + first) | 0; d = c; c = b; b = a; a = (first + second) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => { state[i] = (state[i] + word) | 0; });
}

const PORTION = 4 << 20, WHOLE = 64 << 20, LARGEST = 48e6;

/** The SHA-256 of bytes by the browser's own code, which works beside this one. */
async function ownSha(bytes) {
  const found = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(found, (one) => one.toString(16).padStart(2, "0")).join("");
}

async function digests(file) {
  const md5 = new Digest([0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476], md5Block, true);
  const sha256 = new Digest([...SQUARES], shaBlock, false);
  if (file.size <= WHOLE && globalThis.crypto?.subtle) {
    const bytes = new Uint8Array(await file.arrayBuffer()), sha = ownSha(bytes);
    md5.add(bytes);
    const made = { md5: md5.hex(), sha256: await sha };
    bytes.fill(0);
    WORDS.fill(0);
    return made;
  }
  for (let at = 0; at < file.size; at += PORTION) {
    const bytes = new Uint8Array(await file.slice(at, at + PORTION).arrayBuffer());
    md5.add(bytes);
    sha256.add(bytes);
    bytes.fill(0);
  }
  WORDS.fill(0);
  return { md5: md5.hex(), sha256: sha256.hex() };
}

/** The PDQ hash of a picture as it is stored, and how much there is in it. */
function likeness(picture) {
  const shrink = Math.min(1, Math.sqrt(LARGEST / (picture.width * picture.height)));
  const width = Math.max(1, Math.floor(picture.width * shrink)), height = Math.max(1, Math.floor(picture.height * shrink));
  const canvas = new OffscreenCanvas(width, height), room = canvas.getContext("2d", { willReadFrequently: true });
  room.drawImage(picture, 0, 0, width, height);
  const pixels = room.getImageData(0, 0, width, height).data;
  const found = pdqOf(pixels, height, width);
  pixels.fill(0);
  canvas.width = canvas.height = 1;
  return found;
}

async function ofPicture(file) {
  const made = await digests(file);
  let picture;
  try {
    picture = await createImageBitmap(file, { imageOrientation: "none", colorSpaceConversion: "none", premultiplyAlpha: "none" });
  } catch {
    return { ...made, pdq: [], quality: [] };
  }
  try {
    const { pdq, quality } = likeness(picture);
    return { ...made, pdq: [pdq], quality: [quality] };
  } finally { picture.close(); }
}

const WORK = {
  picture: (asked) => ofPicture(asked.file),
  file: async (asked) => ({ ...(await digests(asked.file)), pdq: [], quality: [] }),
  frame: (asked) => { try { return likeness(asked.frame); } finally { asked.frame.close(); } },
};

onmessage = async (event) => {
  const asked = event.data;
  try { postMessage({ id: asked.id, found: await WORK[asked.what](asked) }); }
  catch (error) { postMessage({ id: asked.id, fault: String(error && error.name) }); }
};
