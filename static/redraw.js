// Draws a sample again on the reader's own device, and says whether the published lines are the same.
(() => {
  "use strict";
  const place = document.getElementById("redraw");
  if (!place || !window.crypto?.subtle) return;
  const data = place.dataset;

  async function sha256(text) {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  async function read(url) {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(answer.status);
    return answer.text();
  }
  const rows = (text) => text.split("\n").filter(Boolean).map((row) => row.split(" "));

  // Whole numbers of any size: amounts and the seed do not fit into a double.
  function hits(lines, seed, size) {
    const value = lines.reduce((sum, [, amount]) => sum + BigInt(amount), 0n);
    const drawn = [];
    let running = 0n, hit = (1n + (BigInt(`0x${seed}`) % (value / size))) * size;
    for (const [id, amount] of lines) {
      running += BigInt(amount) * size;
      if (hit > running) continue;
      drawn.push(`${id} ${BigInt(amount) * size >= value ? 2 : 1} drawn`);
      while (hit <= running) hit += value;
    }
    return drawn;
  }

  async function ordered(lines, seed, strata) {
    const keyed = await Promise.all(lines.map(async ([id, amount]) => [await sha256(seed + id), id, Number(amount)]));
    keyed.sort((one, other) => (one[0] < other[0] ? -1 : 1));
    const taken = [], spares = [];
    for (const one of strata) {
      const inside = keyed.filter(([, , amount]) =>
        (one.above === null || amount > one.above) && (one.until === null || amount <= one.until));
      taken.push(...inside.slice(0, one.size).map(([, id]) => `${id} ${one.number} drawn`));
      spares.push(...inside.slice(one.size, one.size + one.spares).map(([, id]) => `${id} ${one.number} spare`));
    }
    return [...taken, ...spares];
  }

  async function redraw() {
    const [frame, published] = await Promise.all([read(data.frame), read(data.drawn)]);
    const hash = await sha256(frame);
    const seed = await sha256(hash + data.words);
    const lines = rows(frame);
    const drawn = data.design === "monetary"
      ? hits(lines, seed, BigInt(data.size))
      : await ordered(lines, seed, JSON.parse(data.strata));
    return hash === data.hash && drawn.join("\n") === published.trimEnd();
  }

  redraw().then(
    (isSame) => { place.textContent = isSame ? data.same : data.differs; },
    () => { place.textContent = data.failed; },
  );
})();
