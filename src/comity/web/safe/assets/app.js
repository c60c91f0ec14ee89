/* The page: what is chosen stays here; only digits are sent, and only when its person says so. */

import { forget, printsOf, script } from "./prints.js";

const MOST_BODY = 60000, MOST_FILES = 100;
const language = document.documentElement.lang, body = document.body;
const said = Object.fromEntries(Array.from(document.getElementById("said").content.children, (one) => [one.dataset.key, one.textContent]));
const find = (name) => document.getElementById(name);
const number = new Intl.NumberFormat(language), day = new Intl.DateTimeFormat(language, { dateStyle: "long" });
const say = (key, values = {}) => said[key].replace(/\{(\w+)\}/g, (_, name) => `\u2068${values[name]}\u2069`);
const chosen = [];
let opened = null, busy = false, steps = 0, once_more = "", wished = "";

/* ------------------------------------------------------------------ steps */

function show(name) {
  for (const step of document.querySelectorAll("[data-step]")) step.hidden = step.dataset.step !== name;
  const head = document.querySelector(`[data-step="${name}"] h1`);
  head.tabIndex = -1;
  head.focus({ preventScroll: true });
  scrollTo(0, 0);
  tell("");
}

function tell(text, bad = false) {
  const line = find("status");
  line.textContent = text;
  line.classList.toggle("bad", bad);
  if (bad) line.scrollIntoView({ block: "nearest" });
}

/* ------------------------------------------------------------------ leaving */

function wipe() {
  forget();
  chosen.length = 0;
  opened = null;
  once_more = wished = "";
  for (const field of document.querySelectorAll("input")) {
    if (field.type === "checkbox") field.checked = field.defaultChecked;
    else field.value = "";
  }
  for (const list of document.querySelectorAll("[data-made]")) list.replaceChildren();
}

async function leave() {
  wipe();
  body.hidden = true;
  document.title = "";
  const gone = (async () => {
    const kept = (await navigator.serviceWorker?.getRegistrations()) ?? [];
    for (const one of kept) one.active?.postMessage("leave"); // it goes on where this page has no time
    for (const one of kept) await one.unregister();
    if (globalThis.caches) for (const name of await caches.keys()) await caches.delete(name);
  })().catch(() => {});
  await Promise.race([gone, new Promise((done) => setTimeout(done, 300))]);
  location.replace(body.dataset.leave || "about:blank");
}

let escaped = 0;
addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const now = Date.now();
  if (now - escaped < 1500) leave();
  escaped = now;
});
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
addEventListener("pagehide", wipe);

/* ------------------------------------------------------------------ numbers */

const DAMM = ["0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581", "5869720134", "8945362017", "9438617205", "2581436790"];
const isNumber = (text) => /^[0-9]{16}$/.test(text) && [...text].reduce((row, digit) => +DAMM[row][+digit], 0) === 0;
const grouped = (text) => text.replace(/(.{4})(?=.)/g, "$1 ");

/** Digits as somebody types them: of any script, with blanks between. */
function digits(text) {
  return [...text].map((one) => {
    const code = one.codePointAt(0);
    for (const zero of [0x30, 0x660, 0x6f0, 0x966, 0xff10]) if (code >= zero && code < zero + 10) return String(code - zero);
    return "";
  }).join("");
}

function isPin(text) {
  const turns = new Set([...text].slice(1).map((digit, at) => (10 + +digit - +text[at]) % 10));
  return /^[0-9]{8}$/.test(text) && turns.size > 1 && new Set(text).size > 2;
}

function freshPin() {
  for (;;) {
    const [value] = crypto.getRandomValues(new Uint32Array(1));
    const text = String(value % 100000000).padStart(8, "0");
    if (value < 4200000000 && isPin(text)) return text;
  }
}

const drawn = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");

/* ------------------------------------------------------------------ calls */

async function call(name, value) {
  const answer = await fetch(`/safe/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(value),
    credentials: "omit",
    cache: "no-store",
    redirect: "error",
    referrerPolicy: "no-referrer",
  });
  const found = await answer.json();
  if (answer.ok) return found;
  throw Object.assign(new Error("refused"), { code: found.code });
}

/** Do something once, whatever is pressed meanwhile, and say what went wrong in words. */
async function once(work) {
  if (busy) return;
  busy = true;
  body.setAttribute("aria-busy", "true");
  tell(say("wait"));
  try {
    await work();
  } catch (error) {
    tell(said[`fault.${error.code}`] ?? (error.code ? said.fault : said.offline), true);
  } finally {
    busy = false;
    body.removeAttribute("aria-busy");
  }
}

/* ------------------------------------------------------------------ files */

function element(name, text = "", kind = "") {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

function button(text, work, kind = "quiet") {
  const made = element("button", text, kind);
  made.type = "button";
  made.addEventListener("click", work);
  return made;
}

function standing(one) {
  if (!one.prints) return one.fault ? said["file.fault"] : said["file.reading"];
  if (one.prints.pdq.some((_, at) => one.prints.quality[at] >= 50)) return said["file.ready"];
  return said["file.exact"];
}

function drawChosen() {
  const list = find("chosen");
  list.replaceChildren(...chosen.map((one, at) => {
    const line = element("li"), name = element("span", one.name, "name");
    name.dir = "auto";
    line.append(name, element("span", standing(one), one.fault ? "state bad" : one.prints ? "state good" : "state"));
    const drop = button(said["file.drop"], () => { chosen.splice(chosen.indexOf(one), 1); drawChosen(); });
    drop.setAttribute("aria-label", say("file.drop_named", { n: number.format(at + 1) }));
    line.append(drop);
    return line;
  }));
  const ready = chosen.length > 0 && chosen.every((one) => one.prints || one.fault) && chosen.some((one) => one.prints);
  find("to-send").disabled = !ready;
  find("counted").textContent = chosen.length ? say("file.count", { n: number.format(chosen.filter((one) => one.prints).length), of: number.format(chosen.length) }) : "";
}

async function take(files) {
  const turn = ++steps, fresh = [];
  for (const file of Array.from(files).slice(0, MOST_FILES - chosen.length)) {
    const one = { file, name: file.name, prints: null, fault: false };
    fresh.push(one);
    chosen.push(one);
  }
  find("files").value = "";
  drawChosen();
  await reading;
  for (const one of fresh) {
    if (!chosen.includes(one)) continue;
    try { one.prints = await printsOf(one.file); } catch { one.fault = true; }
    one.file = null;
    drawChosen();
  }
  return turn;
}
let reading = Promise.resolve();

function ready() {
  const seen = new Set();
  return chosen.flatMap((one) => {
    if (!one.prints || seen.has(one.prints.sha256)) return [];
    seen.add(one.prints.sha256);
    const { video, md5, sha256, pdq, quality } = one.prints;
    return [{ video, md5, sha256, pdq, quality }];
  });
}

/** Files in portions that fit into one call each. */
function portions(files) {
  const made = [[]];
  let size = 0;
  for (const one of files) {
    const length = JSON.stringify(one).length + 1;
    if (size + length > MOST_BODY - 4000 && made.at(-1).length) { made.push([]); size = 0; }
    made.at(-1).push(one);
    size += length;
  }
  return made;
}

/** Files that were given need not be given again, whatever breaks afterwards. */
function drop(files) {
  const gone = new Set(files.map((one) => one.sha256));
  for (let at = chosen.length - 1; at >= 0; at -= 1) if (chosen[at].prints && gone.has(chosen[at].prints.sha256)) chosen.splice(at, 1);
}

const lists = () => Array.from(document.querySelectorAll("[data-list]")).filter((one) => one.checked).map((one) => one.dataset.list);

function send() {
  const pin = digits(find("pin").value), adding = opened !== null;
  if (!adding && !lists().length) return tell(said["fault.lists"], true);
  if (!adding && !Array.from(document.querySelectorAll("[data-agree]")).every((one) => one.checked)) return tell(said["fault.agree"], true);
  if (!adding && !isPin(pin)) return tell(said["fault.shelter.pin"], true);
  return once(async () => {
    const likeness = find("likeness").checked, parts = portions(ready());
    if (!adding) {
      const files = parts.shift(), wish = { pin, consent: Number(body.dataset.consent), lists: lists(), likeness };
      if (wished !== JSON.stringify(wish)) { wished = JSON.stringify(wish); once_more = drawn(); }
      /* Asked again after an answer that was lost, it is the same case. */
      const made = await call("open", { ...wish, files, once: once_more });
      opened = { number: made.number, pin };
      drop(files);
      /* The number is told this once: it is on the page before anything else can break. */
      find("number").textContent = grouped(made.number);
      find("kept-pin").textContent = grouped(pin);
      show("done");
      if (parts.length) tell(say("wait"));
    }
    let found = null;
    for (const files of parts) {
      try {
        found = await call("add", { ...opened, likeness, files });
      } catch (error) {
        throw adding ? error : Object.assign(error, { code: "partly" });
      }
      drop(files);
    }
    chosen.length = 0;
    drawChosen();
    if (adding) drawCase(found);
    else tell("");
  });
}

/* ------------------------------------------------------------------ the case */

function drawItem(item) {
  const line = element("li"), head = element("p", "", "row");
  head.append(element("strong", say(item.video ? "item.video" : "item.picture", { n: number.format(item.n) })));
  head.append(element("span", said[`standing.${item.standing}`], item.standing === "live" ? "state good" : "state"));
  line.append(head, element("p", say("item.since", { day: day.format(new Date(item.since / 1000)) }), "soft"));
  line.dataset.tag = item.tag;
  for (const one of item.told) {
    const text = say(`told.${one.outcome}`, { by: one.by, day: day.format(new Date(one.at / 1000)) });
    line.append(element("p", text, "told"));
  }
  if (item.standing === "gone") {
    line.append(element("p", item.waiting.length ? say("item.waiting", { names: item.waiting.join(", ") }) : said["item.all_told"], "soft"));
  } else {
    const back = button(said["item.withdraw"], () => sure(line, said["item.sure"], () => withdraw([item.n])));
    back.setAttribute("aria-label", say("item.withdraw_named", { n: number.format(item.n) }));
    line.append(back);
  }
  return line;
}

function sure(place, text, work) {
  place.querySelector(".sure")?.remove();
  const ask = element("div", "", "sure");
  ask.append(element("p", text), button(said["sure.yes"], work, ""), button(said["sure.no"], () => ask.remove()));
  place.append(ask);
  ask.querySelector("button").focus();
}

function drawCase(found) {
  find("items").replaceChildren(...found.items.map(drawItem));
  find("receivers").replaceChildren(...found.lists.map((one) => {
    const line = element("li");
    line.append(element("bdi", one.about), ": ", element("bdi", one.receivers.join(", ") || said["list.nobody"]));
    return line;
  }));
  const stands = found.items.some((one) => one.standing !== "gone");
  find("withdraw-all").hidden = find("add-more").hidden = !stands;
  find("forget").hidden = stands;
  find("found").textContent = "";
  show("case");
}

const withdraw = (items) => once(async () => drawCase(await call("withdraw", { ...opened, items })));

function enter() {
  const key = { number: digits(find("own-number").value), pin: digits(find("own-pin").value) };
  if (!isNumber(key.number)) return tell(said["fault.number"], true);
  if (key.pin.length !== 8) return tell(said["fault.pin_length"], true);
  return once(async () => {
    const found = await call("follow", key);
    opened = key;
    find("own-pin").value = find("own-number").value = "";
    drawCase(found);
  });
}

/** Say which number a file has in the case, judged on this device. */
async function which(files) {
  for (const file of Array.from(files).slice(0, 1)) {
    const line = find("found");
    line.textContent = said["file.reading"];
    try {
      const tag = (await printsOf(file)).sha256.slice(0, 8);
      const at = Array.from(document.querySelectorAll("#items > li")).findIndex((one) => one.dataset.tag === tag);
      line.textContent = at < 0 ? said["find.none"] : say("find.one", { n: number.format(at + 1) });
    } catch { line.textContent = said["file.fault"]; }
  }
  find("find").value = "";
}

/* ------------------------------------------------------------------ what is pressed */

function fresh() {
  opened = null;
  once_more = wished = "";
  find("first-time").hidden = false;
  find("pin").value = freshPin();
}

const PRESSED = {
  begin: () => { fresh(); show("age"); },
  adults: () => show("whose"),
  minors: () => { wipe(); show("minors"); },
  mine: () => show("pictures"),
  other: () => { wipe(); show("other"); },
  "to-send": () => { if (opened) send(); else show("send"); },
  "other-pin": () => { find("pin").value = freshPin(); },
  send,
  "to-case": () => once(async () => drawCase(await call("follow", opened))),
  "to-enter": () => show("enter"),
  enter,
  "add-more": () => { find("first-time").hidden = true; show("pictures"); },
  "withdraw-all": () => sure(find("case-end"), said["all.sure"], () => withdraw([])),
  forget: () => sure(find("case-end"), said["forget.sure"], () => once(async () => { await call("forget", opened); wipe(); show("gone"); })),
  start: () => { wipe(); show("start"); },
  leave,
};
const BACK = { age: "start", minors: "start", whose: "age", other: "start", pictures: "whose", send: "pictures", enter: "start" };

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-press]");
  if (pressed) PRESSED[pressed.dataset.press]();
  const back = event.target.closest("[data-back]");
  if (back) show(opened && back.dataset.back === "pictures" ? "case" : BACK[back.dataset.back]);
  const link = event.target.closest("a[data-language]");
  if (link) { event.preventDefault(); location.replace(link.href); }
});
for (const form of document.querySelectorAll("form")) {
  form.addEventListener("submit", (event) => { event.preventDefault(); PRESSED[form.dataset.submit](); });
}
find("files").addEventListener("change", (event) => { reading = take(event.target.files); });
find("find").addEventListener("change", (event) => which(event.target.files));

history.replaceState(null, "", location.pathname);
if (navigator.serviceWorker && isSecureContext) navigator.serviceWorker.register(script("/safe/sw.js"), { scope: "/safe/" }).catch(() => {});
body.classList.add("ready");
show("start");
