import { ACCEPTED } from "./words.js";

// State of the page: data from the server, and the choices of the user.
const KEPT_EVENTS = 500;
const KEPT_SECONDS = 120;
const token = new URLSearchParams(location.search).get("token") ?? "";

export const store = {
  connection: "connecting",
  state: null,
  calls: [],
  events: [],
  probes: [],
  heard: new Map(),
  notice: "",
  spoken: "",
  place: null,
};
const listeners = new Set();
let source = null;
let drawing = false;

export function subscribe(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function changed() {
  if (drawing) return;
  drawing = true;
  const draw = () => {
    if (!drawing) return;
    drawing = false;
    for (const listener of listeners) listener();
  };
  requestAnimationFrame(draw);
  // A hidden page, or one with a starved compositor, gets no animation frames: render anyway.
  setTimeout(draw, 250);
}

export function connect(place = null) {
  source?.close();
  store.place = place;
  const query = new URLSearchParams({ token, ...(place ?? {}) });
  source = new EventSource(`/_havip/dashboard/events?${query}`);
  source.onopen = () => {
    store.connection = "live";
    changed();
  };
  source.onerror = () => {
    store.connection = source.readyState === EventSource.CLOSED ? "closed" : "reconnecting";
    changed();
  };
  listen("state", takeState);
  listen("calls", (calls) => (store.calls = calls));
  listen("announcement", takeAnnouncement);
  for (const kind of ["fault", "node"]) listen(kind, (event) => addEvent({ kind, ...event }));
  listen("probes", takeProbes);
}

function listen(kind, take) {
  source.addEventListener(kind, (message) => {
    take(JSON.parse(message.data), Number(message.lastEventId));
    changed();
  });
}

function takeState(state) {
  const before = new Map((store.state?.havips ?? []).map((one) => [one.id, one.holder]));
  store.state = state;
  for (const havip of state.havips) {
    if (before.has(havip.id) && before.get(havip.id) !== havip.holder) {
      const holder = havip.holder ? `is held by ${nodeName(havip.holder)}` : "is held by nobody";
      store.spoken = `${havip.address} ${holder}`;
    }
  }
}

function takeAnnouncement(event, number) {
  if (ACCEPTED.has(event.reason)) store.heard.set(event.address, event);
  const last = store.events[0];
  const same =
    last?.kind === "announcement" &&
    ["sender", "address", "reason", "account", "region"].every((key) => last[key] === event[key]);
  if (same) {
    store.events[0] = { ...event, kind: "announcement", number: last.number, count: last.count + 1 };
    return;
  }
  addEvent({ kind: "announcement", count: 1, number, ...event });
}

let unnumbered = 0;
function addEvent(event) {
  store.events = [{ number: `x${(unnumbered += 1)}`, ...event }, ...store.events].slice(0, KEPT_EVENTS);
}

function takeProbes(probes) {
  store.probes.push(...probes);
  const newest = store.probes.at(-1)?.at ?? 0;
  const from = store.probes.findIndex((one) => one.at > newest - KEPT_SECONDS);
  if (from > 0) store.probes.splice(0, from);
}

export function nodeName(id) {
  const node = store.state?.nodes.find((one) => one.id === id || one.interfaces.includes(id));
  return node?.name || id;
}

export async function act(verb, given = {}) {
  const { account, region } = store.state ?? {};
  try {
    const response = await fetch("/_havip/dashboard/act", {
      method: "POST",
      headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
      body: JSON.stringify({ verb, account, region, ...given }),
    });
    const text = await response.text();
    let answer = {};
    try {
      answer = JSON.parse(text);
    } catch {
      answer = { error: text.trim() };
    }
    store.notice = answer.error ?? answer.notice ?? "";
    changed();
    return answer;
  } catch {
    store.notice = "The server does not respond. Is it still running?";
    changed();
    return {};
  }
}
