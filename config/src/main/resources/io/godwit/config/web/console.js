"use strict";

// The page keeps the last rows and the beginning of a long message: a peer that talks all day must not fill the browser.
const ROWS_MAX = 500;
const SHOWN_CHARS_MAX = 4096;
const SHOWN_BYTES_MAX = 64;
const PROBE_MS_MAX = 5000;

// What RFC 6455 §7.4.1 and the IANA registry call the codes that a browser may see.
const CLOSE_CODES = new Map([
  [1000, "normal closure"],
  [1001, "going away"],
  [1002, "protocol error"],
  [1003, "unsupported data"],
  [1005, "no status received"],
  [1006, "connection lost: no Close frame came"],
  [1007, "invalid payload data"],
  [1008, "policy violation"],
  [1009, "message too big"],
  [1010, "mandatory extension"],
  [1011, "internal error"],
  [1012, "service restart"],
  [1013, "try again later"],
  [1014, "bad gateway"],
  [1015, "TLS handshake failed"],
]);

const element = (id) => document.getElementById(id);
const url = element("url");
const served = element("served");
const text = element("text");
const log = element("log");

let socket = null;

function here(path) {
  return `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}${path}`;
}

function show(kind, what, detail) {
  const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
  const row = document.createElement("li");
  row.className = kind;
  const time = document.createElement("time");
  time.textContent = new Date().toTimeString().slice(0, 8);
  const label = document.createElement("span");
  label.className = "what";
  label.textContent = what;
  const content = document.createElement("span");
  content.className = "text";
  content.textContent = detail;
  row.append(time, label, content);
  log.append(row);
  while (log.childElementCount > ROWS_MAX) {
    log.firstElementChild.remove();
  }
  if (atEnd) {
    log.scrollTop = log.scrollHeight;
  }
}

function setState(state) {
  element("state").textContent = state;
  element("state").dataset.state = state;
  const open = state === "open";
  const closed = state === "closed";
  element("connect").disabled = !closed;
  url.disabled = !closed;
  served.disabled = !closed;
  element("close").disabled = closed || state === "closing";
  element("send").disabled = !open;
  text.disabled = !open;
  text.placeholder = open ? "Type a message" : "Connect first, then type";
}

function describe(data) {
  if (typeof data === "string") {
    return data.length <= SHOWN_CHARS_MAX ? data : `${data.slice(0, SHOWN_CHARS_MAX)}… (${data.length} characters)`;
  }
  const head = new Uint8Array(data, 0, Math.min(data.byteLength, SHOWN_BYTES_MAX));
  const hex = Array.from(head, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return `${data.byteLength} bytes: ${hex}${data.byteLength > SHOWN_BYTES_MAX ? " …" : ""}`;
}

// A browser tells a page nothing of a handshake that failed: refused or not reached, both are code 1006. What a plain
// request for the same path is answered, at the page's own host, says more.
async function whyNotOpened(target) {
  const { host, pathname, search } = new URL(target);
  if (host !== location.host) {
    return "not reached, or refused; a page is not told which";
  }
  let answer;
  try {
    answer = await fetch(pathname + search, { cache: "no-store", signal: AbortSignal.timeout(PROBE_MS_MAX) });
  } catch {
    return "the server cannot be reached";
  }
  if (answer.status === 200 || answer.status === 426) {
    return "the server refuses this: perhaps it lets no pages of this origin in (403), or is full (503)";
  }
  return `the server refuses this: ${answer.status}, ${(await answer.text()).trim().slice(0, SHOWN_CHARS_MAX)}`;
}

function connect(target) {
  let opened = false;
  try {
    socket = new WebSocket(target);
  } catch (error) {
    show("failed", "error", error.message);
    return;
  }
  socket.binaryType = "arraybuffer";
  setState("connecting");
  socket.addEventListener("open", () => {
    opened = true;
    setState("open");
    show("event", "open", target);
    text.focus();
  });
  socket.addEventListener("message", (event) => show("received", "received", describe(event.data)));
  socket.addEventListener("close", (event) => {
    setState("closed");
    if (!opened) {
      whyNotOpened(target).then((why) => show("failed", "not opened", `${target}: ${why}`));
      return;
    }
    const name = CLOSE_CODES.get(event.code) ?? "application code";
    const reason = event.reason === "" ? "" : `, “${event.reason}”`;
    show(event.wasClean ? "event" : "failed", "closed", `${event.code} (${name})${reason}`);
  });
}

element("connection").addEventListener("submit", (event) => {
  event.preventDefault();
  const target = url.value.trim();
  connect(target.startsWith("/") ? here(target) : target);
});

element("close").addEventListener("click", () => {
  setState("closing");
  socket.close(1000);
});

element("message").addEventListener("submit", (event) => {
  event.preventDefault();
  socket.send(text.value);
  show("sent", "sent", describe(text.value));
  text.value = "";
  text.focus();
});

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    element("message").requestSubmit();
  }
});

served.addEventListener("change", () => {
  url.value = here(served.value);
});

element("clear").addEventListener("click", () => log.replaceChildren());

for (const option of served.options) {
  const suggestion = document.createElement("option");
  suggestion.value = here(option.value);
  element("endpoints").append(suggestion);
}
url.value = here(served.value || "/");
setState("closed");
