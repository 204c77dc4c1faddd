// VPCs, their subnets, and the instances in them with the HAVIPs that they hold.
import { store } from "./store.js";
import { html, Name, Pill } from "./view.js";

export function Network() {
  const { vpcs, more } = store.state;
  return html`<section aria-labelledby="network-title">
    <div class="head"><h2 id="network-title">Network</h2></div>
    ${vpcs.length === 0 && html`<p class="empty">No VPC in this region yet.</p>`}
    ${vpcs.map((vpc) => html`<${Vpc} key=${vpc.id} vpc=${vpc} />`)}
    ${more.vpcs > 0 && html`<p class="empty">${more.vpcs} more VPCs are not shown.</p>`}
    ${more.nodes > 0 && html`<p class="empty">${more.nodes} more instances are not shown.</p>`}
  </section>`;
}

function Vpc({ vpc }) {
  return html`<article class="vpc">
    <h3><span class="kind">VPC</span> <${Name} of=${vpc.name} /> <code>${vpc.cidr}</code></h3>
    ${vpc.subnets.length === 0 && html`<p class="empty">No subnets.</p>`}
    ${vpc.subnets.map((subnet) => html`<${Subnet} key=${subnet.id} subnet=${subnet} />`)}
  </article>`;
}

function Subnet({ subnet }) {
  const nodes = store.state.nodes.filter((node) => node.subnet === subnet.id);
  const free = store.state.havips.filter((one) => one.subnet === subnet.id && !one.holder);
  return html`<div class="subnet">
    <h4><span class="kind">Subnet</span> <${Name} of=${subnet.name} /> <code>${subnet.cidr}</code> <small>${subnet.zone}</small></h4>
    <ul class="nodes">
      ${nodes.map((node) => html`<${Node} key=${node.id} node=${node} />`)}
      ${free.map((one) => html`<li class="node nobody" key=${one.id}><${Badge} havip=${one} /><p class="facts">held by nobody</p></li>`)}
    </ul>
    ${nodes.length + free.length === 0 && html`<p class="empty">No instances.</p>`}
  </div>`;
}

const STATES = { RUNNING: ["good", "running"], STOPPED: ["bad", "stopped"], PENDING: ["warn", "starting"] };
const POWER = {
  booting: ["warn", "setting up"],
  ready: ["good", "running"],
  failed: ["bad", "set-up failed"],
  off: ["bad", "no power"],
};

function Node({ node }) {
  const { havips, lab } = store.state;
  const held = havips.filter((one) => one.holder === node.id);
  const inLab = lab?.nodes[node.id];
  const [kind, text] = POWER[inLab?.power] ?? STATES[node.state] ?? ["warn", node.state.toLowerCase()];
  return html`<li class=${`node ${held.length ? "holder" : ""} ${kind}`} data-node=${node.id}>
    <div class="line"><strong><${Name} of=${node.name} /></strong> <${Pill} kind=${kind}>${text}<//></div>
    <p class="facts"><span class="mono">${node.addresses[0]}</span> <code>${node.id}</code></p>
    ${node.public.length > 0 && html`<p class="facts">public ${node.public.join(", ")}</p>`}
    ${inLab && html`<${Services} of=${inLab.services} />`}
    ${inLab?.note && html`<p class="facts bad-text">${inLab.note}</p>`}
    ${held.map((one) => html`<${Badge} key=${one.id} havip=${one} />`)}
  </li>`;
}

function Services({ of: services }) {
  const names = Object.keys(services);
  if (names.length === 0) return null;
  return html`<ul class="services" aria-label="Services">
    ${names.map((name) => {
      const up = services[name] === "active";
      return html`<li key=${name} class=${up ? "" : "bad-text"}><span aria-hidden="true">${up ? "✓" : "✕"}</span> ${name}<span class=${up ? "unseen" : ""}> ${services[name]}</span></li>`;
    })}
  </ul>`;
}

function Badge({ havip }) {
  return html`<p class="badge"><span class="unseen">holds </span><span class="mono">${havip.address}</span> <${Name} of=${havip.name} /></p>`;
}
