// Layout of the page.
import { render } from "preact";
import { Calls, Events } from "./events.js";
import { HaVips } from "./havips.js";
import { Faults } from "./lab.js";
import { Network } from "./network.js";
import { Probes } from "./probe.js";
import { connect, store, subscribe } from "./store.js";
import { html, Pill } from "./view.js";

const CONNECTION = {
  live: ["good", "live"],
  connecting: ["warn", "connecting"],
  reconnecting: ["bad", "connection lost, reconnecting"],
  closed: ["bad", "rejected: reopen the printed URL"],
};

function App() {
  const { state } = store;
  return html`<a class="skip" href="#content">Skip to the content</a>
    <${Header} />
    <main id="content" tabindex="-1">
      ${store.notice && html`<p class="notice" role="alert">${store.notice}</p>`}
      ${state === null ? html`<p class="empty">Loading …</p>` : html`<${Content} />`}
    </main>
    <p class="unseen" role="status">${store.spoken}</p>`;
}

function Content() {
  const { lab } = store.state;
  return html`<div class=${`grid ${lab ? "with-lab" : ""}`}>
    ${lab && html`<${Probes} />`}
    <div class="column"><${HaVips} /><${Network} />${lab && html`<${Faults} />`}</div>
    <div class="column"><${Events} /><${Calls} /></div>
  </div>`;
}

function Header() {
  const [kind, text] = CONNECTION[store.connection];
  const places = store.state?.places ?? [];
  const chosen = `${store.state?.account} ${store.state?.region}`;
  const choose = (event) => {
    const [account, region] = event.target.value.split(" ");
    connect({ account, region });
  };
  return html`<header>
    <h1><img src="/_havip/dashboard/icon.svg" alt="" width="28" height="28" />havip <small>${store.state?.lab ? "lab" : "emulator"}</small></h1>
    ${places.length > 0 &&
    html`<select aria-label="Account and region" value=${chosen} onChange=${choose}>
      ${places.map((one) => html`<option value=${`${one.account} ${one.region}`}>${one.region} · ${one.account}</option>`)}
    </select>`}
    <${Pill} kind=${kind}><span aria-hidden="true">● </span>${text}<//>
  </header>`;
}

const draw = () => render(html`<${App} />`, document.getElementById("app"));
// Before connecting: the first state may arrive at once, and may be the only one.
subscribe(draw);
draw();
connect();
