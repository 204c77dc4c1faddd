// Announcements with their results, and API calls, newest first.
import { useState } from "preact/hooks";
import { nodeName, store } from "./store.js";
import { clock, html, Name, Pill } from "./view.js";
import { isDrop, reasonText } from "./words.js";

const VIEWS = {
  important: ["Moves, drops, faults", (event) => event.reason !== "refreshed"],
  drops: ["Drops only", isDrop],
  all: ["Everything", () => true],
};
const SHOWN = 100;

export function Events() {
  const [view, setView] = useState("important");
  const { account, region } = store.state;
  const here = (event) => !event.account || (event.account === account && event.region === region);
  const events = store.events.filter((event) => here(event) && VIEWS[view][1](event)).slice(0, SHOWN);
  return html`<section aria-labelledby="events-title">
    <div class="head">
      <h2 id="events-title">Announcements</h2>
      <select aria-label="Announcements to show" value=${view} onChange=${(event) => setView(event.target.value)}>
        ${Object.entries(VIEWS).map(([key, [title]]) => html`<option value=${key}>${title}</option>`)}
      </select>
    </div>
    ${events.length === 0 && html`<p class="empty">Nothing yet. Gratuitous ARPs of guests appear here with the decision of the cloud.</p>`}
    <div class="log" tabindex=${events.length ? 0 : -1} role="log" aria-label="Announcements, newest first">
      <ol>${events.map((event) => html`<${Event} key=${event.number} event=${event} />`)}</ol>
    </div>
  </section>`;
}

function Event({ event }) {
  const time = html`<time>${clock(event.at)}</time>`;
  if (event.kind !== "announcement") {
    return html`<li class="fault">${time}<${Pill} kind="warn">${event.kind}<//><span class="what">${event.title}</span></li>`;
  }
  const drop = isDrop(event);
  const kind = drop ? "bad" : event.reason === "moved" ? "good" : "calm";
  const word = drop ? "dropped" : event.reason;
  return html`<li class=${drop ? "drop" : event.reason}>${time}<${Pill} kind=${kind}>${word}${event.count > 1 && html`<span class="times"> ×${event.count}</span>`}<//>
    <span class="what"><span class="mono">${event.address}</span> from <${Name} of=${nodeName(event.sender)} />
      ${drop && html` <span class="why">${reasonText(event.reason)}</span>`}</span></li>`;
}

export function Calls() {
  return html`<details>
    <summary>API calls <small>the last ${store.calls.length}</small></summary>
    <div class="log calls" tabindex=${store.calls.length ? 0 : -1} role="region" aria-label="API calls, newest first"><ol>
      ${store.calls.map((call) => html`<li key=${call.id}><time>${clock(call.at)}</time><span class="what">${call.action || "(unsigned)"}</span>
        ${call.code && html`<span class="bad-text">${call.code}</span>`}${call.fault && html`<span class="bad-text">fault: ${call.fault}</span>`}</li>`)}
    </ol></div>
  </details>`;
}
