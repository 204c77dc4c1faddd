// HAVIPs with their holders, ranges and latest announcements.
import { useState } from "preact/hooks";
import { act, nodeName, store } from "./store.js";
import { clock, count, html, Name, Pill } from "./view.js";
import { isDrop } from "./words.js";

export function HaVips() {
  const [filter, setFilter] = useState("");
  const { havips, more, lab } = store.state;
  const wanted = filter.trim().toLowerCase();
  const shown = havips.filter((one) =>
    [one.name, one.address, one.id, one.eip, nodeName(one.holder)].some((text) =>
      text.toLowerCase().includes(wanted),
    ),
  );
  return html`<section aria-labelledby="havips-title">
    <div class="head">
      <h2 id="havips-title">HAVIPs <small>${havips.length + (more.havips ?? 0)}</small></h2>
      ${havips.length > 3 &&
      html`<input type="search" aria-label="Filter HAVIPs" placeholder="Filter" value=${filter}
        onInput=${(event) => setFilter(event.target.value)} />`}
    </div>
    ${havips.length === 0 && html`<p class="empty">No HAVIPs in this region yet. They appear here as soon as something creates one.</p>`}
    <ul class="cards">${shown.map((one) => html`<${Card} key=${one.id} havip=${one} lab=${lab} />`)}</ul>
    ${more.havips > 0 && html`<p class="empty">${more.havips} more are not shown; list them with <code>havip ls</code>.</p>`}
  </section>`;
}

function Card({ havip, lab }) {
  const drops = store.events.filter((event) => isDrop(event) && event.address === havip.address);
  const dropped = drops.reduce((sum, event) => sum + (event.count ?? 1), 0);
  const heard = store.heard.get(havip.address);
  const others = havip.range.filter((id) => id !== havip.holder && id !== havip.interface);
  return html`<li class=${`card ${havip.holder ? "held" : "free"}`} data-havip=${havip.id}>
    <div class="line">
      <strong class="address">${havip.address}</strong>
      ${havip.holder
        ? html`<${Pill} kind="good" key=${havip.holder}><span aria-hidden="true">● </span>held by <${Name} of=${nodeName(havip.holder)} /><//>`
        : html`<${Pill} kind="warn"><span aria-hidden="true">○ </span>held by nobody<//>`}
    </div>
    <p class="facts"><${Name} of=${havip.name} /> <code>${havip.id}</code>${havip.eip && html` <span class="eip">public ${havip.eip}</span>`}</p>
    ${heard && html`<p class="facts">Last announced by <${Name} of=${nodeName(heard.sender)} /> at <time>${clock(heard.at)}</time>.</p>`}
    <p class="facts">
      ${havip.checked ? rangeText(havip, others) : "Any instance of the subnet may take it."}
      ${dropped > 0 && html` <span class="bad-text">${count(dropped, "announcement")} dropped.</span>`}
    </p>
    ${!lab && html`<${Announce} havip=${havip} />`}
  </li>`;
}

function rangeText(havip, others) {
  if (havip.range.length === 0) return html`<span class="bad-text">Its range is empty.</span>`;
  const names = others.map((id, index) => html`${index > 0 && ", "}<${Name} of=${nodeName(id)} />`);
  if (!havip.holder) return html`May be taken by ${names}.`;
  return others.length ? html`May move to ${names}.` : "No other instance is in its range.";
}

function Announce({ havip }) {
  const nodes = store.state.nodes;
  const [sender, setSender] = useState("");
  const chosen = sender || nodes.find((one) => one.id !== havip.holder)?.id || nodes[0]?.id;
  if (!chosen) return null;
  const send = (event) => {
    event.preventDefault();
    act("announce", { sender: chosen, vip: havip.id });
  };
  return html`<form class="announce" onSubmit=${send}>
    <select aria-label=${`Instance that announces ${havip.address}`} value=${chosen}
      onChange=${(event) => setSender(event.target.value)}>
      ${nodes.map((one) => html`<option value=${one.id}>${one.name} (${one.addresses[0]})</option>`)}
    </select>
    <button type="submit" class="quiet">Announce<span class="unseen"> ${havip.address} from it</span></button>
  </form>`;
}
