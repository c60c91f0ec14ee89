/* Frames of a video, one after the other, at a fixed step; the video is played by this browser and by nobody else. */

export const MOST = 120;
const PATIENCE = 20000;

function next(video, name) {
  return new Promise((done, fail) => {
    const end = (work) => () => {
      clearTimeout(late);
      video.removeEventListener(name, good);
      video.removeEventListener("error", bad);
      work();
    };
    const good = end(done), bad = end(() => fail(new Error("video"))), late = setTimeout(bad, PATIENCE);
    video.addEventListener(name, good);
    video.addEventListener("error", bad);
  });
}

async function seek(video, at) {
  const there = next(video, "seeked");
  video.currentTime = at;
  await there;
}

/** Where frames are taken: in the middle of each second, or of each 120th part of a long video. */
export function moments(duration) {
  const step = Math.max(1, duration / MOST), found = [];
  for (let k = 0; (k + 0.5) * step < duration && found.length < MOST; k++) found.push((k + 0.5) * step);
  return found.length ? found : [duration / 2];
}

/** Hand each frame over as a bitmap; rejects where this browser cannot play the file. */
export async function frames(file, take) {
  const video = document.createElement("video"), address = URL.createObjectURL(file);
  video.muted = true;
  video.playsInline = true;
  video.preload = "auto";
  try {
    const loaded = next(video, "loadeddata");
    video.src = address;
    await loaded;
    if (!Number.isFinite(video.duration)) await seek(video, 1e7); // a recording that does not say how long it is
    const duration = Number.isFinite(video.duration) ? video.duration : video.currentTime;
    for (const at of moments(duration)) {
      await seek(video, at);
      await take(await createImageBitmap(video, { colorSpaceConversion: "none", premultiplyAlpha: "none" }));
    }
  } finally {
    video.removeAttribute("src");
    video.load();
    URL.revokeObjectURL(address);
  }
}
