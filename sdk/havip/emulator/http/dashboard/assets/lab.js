// Fault injection for a node of the lab.
import { useState } from "preact/hooks";
import { act, store } from "./store.js";
import { html } from "./view.js";

export function Faults() {
  const { lab, nodes } = store.state;
  const there = nodes.filter((one) => lab.nodes[one.id]);
  const [chosen, setChosen] = useState("");
  const [busy, setBusy] = useState(false);
  const press = async (fault) => {
    setBusy(true);
    await act("fault", { fault: fault.name, node: chosen });
    setBusy(false);
  };
  return html`<section aria-labelledby="faults-title">
    <div class="head">
      <h2 id="faults-title">Faults</h2>
      <select aria-label="Node of the fault" value=${chosen} onChange=${(event) => setChosen(event.target.value)}>
        <option value="">the holder</option>
        ${there.map((one) => html`<option value=${one.id}>${one.name}</option>`)}
      </select>
    </div>
    <div class="buttons" role="group" aria-label="Faults to inject">
      ${lab.faults.map((fault) => html`<button type="button" key=${fault.name} class="quiet" disabled=${busy} title=${fault.help ?? ""} onClick=${() => press(fault)}>${fault.title}</button>`)}
    </div>
    ${lab.active.length > 0 && html`<p class="active"><span class="bad-text">Active:</span> ${lab.active.join(", ")}</p>`}
    <button type="button" class="heal" disabled=${busy} onClick=${() => act("heal")}>Heal everything</button>
  </section>`;
}
