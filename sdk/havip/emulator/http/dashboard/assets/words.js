// Texts of the reasons for which the cloud accepts or drops an announcement.
const REASONS = {
  moved: "HAVIP moved here",
  refreshed: "confirmed by its holder",
  "not-a-havip": "not a HAVIP of this VPC; an ordinary address does not move by ARP",
  "other-subnet": "the sender has no interface in the HAVIP's subnet",
  "not-in-range": "the sender is not in the HAVIP's range",
  "not-attached": "the interface is not attached to an instance",
  "not-running": "the instance is not running",
  lost: "lost to an injected fault",
};

export function reasonText(reason) {
  return REASONS[reason] ?? reason;
}

export const ACCEPTED = new Set(["moved", "refreshed"]);

export function isDrop(event) {
  return event.kind === "announcement" && !ACCEPTED.has(event.reason);
}
