// Probes of the lab: chart of the share of answered requests.
import { useEffect, useRef } from "preact/hooks";
import { store } from "./store.js";
import { clock, count, html, Pill } from "./view.js";

const SECONDS = 60;
const BUCKET = 0.25;

// Group probes into buckets: times and percentage answered, null without requests.
export function buckets(probes, until, seconds = SECONDS) {
  const first = Math.floor((until - seconds) / BUCKET);
  const length = Math.floor(until / BUCKET) - first;
  const times = Array.from({ length }, (_, index) => (first + index) * BUCKET);
  const asked = new Array(length).fill(0);
  const good = new Array(length).fill(0);
  for (const one of probes) {
    const index = Math.floor(one.at / BUCKET) - first;
    if (index < 0 || index >= length) continue;
    asked[index] += 1;
    good[index] += one.ok ? 1 : 0;
  }
  return [times, asked.map((number, index) => (number ? (100 * good[index]) / number : null))];
}

// Longest time between two responses; an ongoing one counts up to now.
export function longestOutage(probes, until, seconds = SECONDS) {
  const within = probes.filter((one) => one.at > until - seconds);
  let longest = 0;
  let last = within[0]?.at ?? until;
  for (const one of within) {
    if (!one.ok) continue;
    longest = Math.max(longest, one.at - last);
    last = one.at;
  }
  return Math.max(longest, (within.at(-1)?.at ?? until) - last);
}

export function Probes() {
  const { probes } = store;
  const { probe } = store.state.lab;
  const newest = probes.at(-1);
  const recent = probes.filter((one) => newest && one.at > newest.at - 1);
  const answered = recent.filter((one) => one.ok);
  const good = recent.length > 0 && answered.length === recent.length;
  const outage = newest ? longestOutage(probes, newest.at) : 0;
  const who = answered.at(-1)?.who;
  return html`<section class="wide" aria-labelledby="probe-title">
    <div class="head">
      <h2 id="probe-title">Clients of <span class="mono">${probe?.target ?? "the HAVIP"}</span></h2>
      ${recent.length > 0 &&
      html`<${Pill} kind=${good ? "good" : answered.length ? "warn" : "bad"}>${answered.length} of ${recent.length} answered in the last second${who && html` by ${who}`}<//>`}
      <span class="facts">Longest gap in ${SECONDS} s: <strong>${outage.toFixed(2)} s</strong></span>
    </div>
    ${newest ? html`<${Chart} />` : html`<p class="empty">No probe is running. Start one with <code>havip lab probe ADDRESS:PORT</code>.</p>`}
    <p class="unseen">${count(probes.length - probes.filter((one) => one.ok).length, "request")} failed of ${probes.length} shown.</p>
  </section>`;
}

function Chart() {
  const place = useRef(null);
  useEffect(() => {
    const style = getComputedStyle(document.documentElement);
    const color = (name) => style.getPropertyValue(name).trim();
    const size = () => ({ width: place.current.clientWidth, height: 150 });
    const options = {
      ...size(),
      legend: { show: false },
      cursor: { show: false },
      padding: [10, 8, 0, 0],
      scales: { x: { time: true }, y: { range: [0, 105] } },
      axes: [
        { stroke: color("--dim"), grid: { stroke: color("--line"), width: 1 }, ticks: { show: false }, size: 24, space: 80,
          values: (_, splits) => splits.map((at) => clock(at).slice(0, 8)) },
        { stroke: color("--dim"), grid: { stroke: color("--line"), width: 1 }, ticks: { show: false }, size: 46,
          splits: () => [0, 50, 100], values: (_, splits) => splits.map((one) => `${one}%`) },
      ],
      series: [{}, { stroke: color("--good"), fill: color("--good-soft"), width: 2, paths: uPlot.paths.stepped({ align: 1 }), points: { show: false } }],
      hooks: { draw: [(plot) => drawFaults(plot, color)] },
    };
    const plot = new uPlot(options, buckets(store.probes, store.probes.at(-1).at), place.current);
    const timer = setInterval(() => plot.setData(buckets(store.probes, store.probes.at(-1).at)), 200);
    const watcher = new ResizeObserver(() => plot.setSize(size()));
    watcher.observe(place.current);
    return () => {
      clearInterval(timer);
      watcher.disconnect();
      plot.destroy();
    };
  }, [matchMedia("(prefers-color-scheme: dark)").matches]);
  return html`<div class="chart" ref=${place} role="img" aria-label="Share of requests answered, last ${SECONDS} seconds"></div>`;
}

// Draw faults as dashed lines, and failed periods as a red baseline.
function drawFaults(plot, color) {
  const { ctx, bbox } = plot;
  ctx.save();
  const [times, share] = plot.data;
  ctx.fillStyle = color("--bad");
  const width = Math.max(2, (bbox.width * BUCKET) / SECONDS);
  share.forEach((percent, index) => {
    if (percent === null || percent === 100) return;
    const height = (bbox.height * (100 - percent)) / 105;
    ctx.globalAlpha = 0.35;
    ctx.fillRect(plot.valToPos(times[index], "x", true), bbox.top + (bbox.height * 5) / 105, width, height);
  });
  ctx.globalAlpha = 1;
  ctx.strokeStyle = color("--text");
  ctx.fillStyle = color("--text");
  ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
  for (const event of store.events) {
    if (event.kind !== "fault" || event.at < times[0]) continue;
    const x = plot.valToPos(event.at, "x", true);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    label(ctx, event.title, x, bbox, color);
  }
  ctx.restore();
}

// Draw the name of a fault next to its line, on the side with space.
function label(ctx, text, x, bbox, color) {
  const gap = 6 * devicePixelRatio;
  const width = ctx.measureText(text).width;
  const left = x - 2 * gap - width > bbox.left ? x - gap - width : x + gap;
  const middle = bbox.top + bbox.height / 2;
  ctx.fillStyle = color("--panel");
  ctx.fillRect(left - gap / 2, middle - 11 * devicePixelRatio, width + gap, 18 * devicePixelRatio);
  ctx.fillStyle = color("--text");
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  ctx.fillText(text, left, middle - 2 * devicePixelRatio);
}
