// Shared components. Text is never markup: Preact creates text nodes.
import { h } from "preact";
import htm from "htm";

export const html = htm.bind(h);

export function Pill({ kind, children }) {
  return html`<span class=${`pill ${kind}`}>${children}</span>`;
}

export function Name({ of }) {
  return html`<bdi class="name">${of}</bdi>`;
}

export function clock(at) {
  const date = new Date(at * 1000);
  const two = (number) => String(number).padStart(2, "0");
  const ms = String(date.getMilliseconds()).padStart(3, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${ms}`;
}

export function count(number, what) {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
