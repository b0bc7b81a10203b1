// Enhancement only: every page and every form works without this file.
(() => {
  "use strict";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // The error summary takes the focus; its links focus the field, not only scroll to it.
  document.querySelector("[data-focus]")?.focus();
  document.addEventListener("click", (event) => {
    const link = event.target.closest(".problem a[href^='#']");
    const field = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (field) { event.preventDefault(); field.focus(); field.scrollIntoView({ block: "center" }); }
  });

  // A frame that scrolls can be reached by keyboard; filters stay open where there is room.
  const settle = () => {
    for (const frame of all(".table-frame")) if (frame.scrollWidth > frame.clientWidth) frame.tabIndex = 0;
    if (matchMedia("(min-width: 768px)").matches) for (const box of all("details.filters")) box.open = true;
  };
  settle();

  // Filters, sorting and pages swap #results; the address says what is shown, Back brings it back.
  async function swap(url, push) {
    const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" } });
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("results");
    const old = document.getElementById("results");
    if (!answer.ok || !fresh || !old) { location.href = url; return; }
    old.replaceWith(fresh);
    if (push) history.pushState({ swapped: true }, "", url);
    settle();
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.swap && document.getElementById(form.dataset.swap)) {
      event.preventDefault();
      const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value !== ""));
      swap(`${form.action.split("?")[0]}?${query}`, true);
    }
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#results thead a, #results .pages a[rel]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    swap(link.href, true);
  });
  addEventListener("popstate", () => document.getElementById("results") && swap(location.href, false));

  // Selection bar: how many, and how much; amounts are integers of minor units.
  function count(form) {
    const bar = form?.querySelector("[data-selection]");
    if (!bar) return;
    const boxes = all("input[data-amount]", form);
    const chosen = boxes.filter((box) => box.checked);
    const digits = Number(bar.dataset.exponent);
    const sum = chosen.reduce((total, box) => total + Number(box.dataset.amount), 0) / 10 ** digits;
    const words = bar.querySelector("[data-text]");
    words.dataset.empty ??= words.textContent;
    words.textContent = chosen.length
      ? words.dataset.text.replace("{count}", chosen.length).replace("{sum}",
        sum.toLocaleString(`${document.documentElement.lang}-u-nu-latn`, { minimumFractionDigits: digits, maximumFractionDigits: digits }))
      : words.dataset.empty;
    const whole = form.querySelector("[data-select-all]");
    if (whole) { whole.hidden = false; whole.checked = chosen.length === boxes.length; }
  }
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.matches("[data-select-all]")) for (const one of all("input[data-amount]", box.form)) one.checked = box.checked;
    if (box.form) count(box.form);
  });
  for (const bar of all("[data-selection]")) count(bar.closest("form"));

  // Long work: ask again every two seconds; without this file the page reloads itself.
  async function poll(place) {
    const page = await fetch(location.href).then((answer) => answer.text()).catch(() => "");
    const fresh = new DOMParser().parseFromString(page, "text/html").querySelector("[data-job]");
    if (fresh) { place.replaceWith(fresh); place = fresh; }
    if (place.dataset.job === "running") setTimeout(poll, 2000, place);
    else if (page) location.reload();
  }
  for (const place of all("[data-job='running']")) setTimeout(poll, 2000, place);

  // A copy of what is typed stays on this device until it is sent; passwords and files never.
  const key = (form) => `draft:${document.body.dataset.account}:${location.pathname}:${form.dataset.draft}`;
  if (document.querySelector(".flash:not(.flash-error)")) localStorage.removeItem(sessionStorage.getItem("draft-sent"));
  const kept = (form) => [...form.elements].filter((field) => field.name && field.name !== "csrf_token" && !/password|file|hidden|submit/.test(field.type));
  for (const form of document.body.dataset.account ? all("form[data-draft]") : []) {
    const copy = JSON.parse(localStorage.getItem(key(form)) || "null");
    for (const field of copy && !document.querySelector(".problem") ? kept(form) : []) {
      const value = copy[field.id || field.name];
      if (value === undefined) continue;
      if (/radio|checkbox/.test(field.type)) field.checked = value;
      else if (!field.value || "draftFirst" in form.dataset) field.value = value;
    }
    form.addEventListener("input", () => localStorage.setItem(key(form), JSON.stringify(Object.fromEntries(
      kept(form).map((field) => [field.id || field.name, /radio|checkbox/.test(field.type) ? field.checked : field.value])))));
    // A line may break while it is sent: where the copy comes first, it goes when the house has said that it has it.
    form.addEventListener("submit", () => "draftFirst" in form.dataset ? sessionStorage.setItem("draft-sent", key(form)) : localStorage.removeItem(key(form)));
  }
  if (!document.body.dataset.account) for (const name of Object.keys(localStorage)) if (name.startsWith("draft:")) localStorage.removeItem(name);

  // A photo of a paper is made small before it travels.
  document.addEventListener("change", async (event) => {
    const field = event.target;
    if (field.type !== "file" || field.multiple || !/^image\/(jpe?g|png|webp)$/.test(field.files[0]?.type) || field.files[0].size < 6e5) return;
    try {
      const picture = await createImageBitmap(field.files[0]);
      const scale = Math.min(1, 2000 / Math.max(picture.width, picture.height));
      const canvas = new OffscreenCanvas(picture.width * scale, picture.height * scale);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      const small = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.8 });
      if (small.size >= field.files[0].size) return;
      const list = new DataTransfer();
      list.items.add(new File([small], field.files[0].name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" }));
      field.files = list.files;
    } catch { /* an old browser sends the photo as it is */ }
  });
})();
