// The same diagram as the server's picture, to be moved and zoomed. Without this file the picture stays.
"use strict";

(async () => {
  const frame = document.getElementById("diagram-frame");
  if (!frame || typeof BpmnJS === "undefined") return;
  const picture = frame.querySelector("svg");
  const live = document.createElement("div");
  live.className = "diagram-live";
  try {
    const answer = await fetch(frame.dataset.source, { headers: { Accept: "application/xml" } });
    if (!answer.ok) return;
    const xml = await answer.text();
    frame.append(live);
    const viewer = new BpmnJS({
      container: live,
      bpmnRenderer: { defaultStrokeColor: "#66737f", defaultLabelColor: "#1d2733" },
      textRenderer: { defaultStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 } },
    });
    await viewer.importXML(xml);
    const canvas = viewer.get("canvas");
    const registry = viewer.get("elementRegistry");
    for (const [id, mark] of Object.entries(JSON.parse(frame.dataset.marks))) {
      if (registry.get(id)) canvas.addMarker(id, `mark-${mark}`);
    }
    for (const [id, [pill, note]] of Object.entries(JSON.parse(frame.dataset.badges || "{}"))) {
      const element = registry.get(id);
      if (!element) continue;
      const badge = document.createElement("div");
      badge.className = "diagram-badge";
      badge.style.width = `${element.width + 40}px`;
      for (const [text, name] of [[pill, "diagram-pill"], [note, "diagram-note"]]) {
        if (!text) continue;
        const line = document.createElement("span");
        line.className = name;
        line.textContent = text;
        badge.append(line);
      }
      viewer.get("overlays").add(id, { position: { left: -20, bottom: pill ? 10 : -3 }, html: badge });
    }
    picture.classList.add("only-print");
    const showAll = () => canvas.zoom("fit-viewport", "auto");
    const showCurrent = () => {
      showAll();
      const marked = (type, mark) => registry.filter((e) => e.type === type && canvas.hasMarker(e, mark))[0];
      const focus = frame.dataset.focus && registry.get(frame.dataset.focus);
      const current = focus || marked("bpmn:UserTask", "mark-current") || marked("bpmn:CallActivity", "mark-current") || marked("bpmn:EndEvent", "mark-done") || marked("bpmn:UserTask", "mark-done");
      if (canvas.zoom() < 0.65) {
        const middle = current ? { x: current.x + current.width / 2, y: current.y + current.height / 2 } : null;
        const box = canvas.viewbox();
        const width = live.clientWidth / 0.8;
        const height = live.clientHeight / 0.8;
        const within = (start, size, first, whole) => (size >= whole ? first + (whole - size) / 2 : Math.min(Math.max(start, first - 12), first + whole - size + 12));
        canvas.viewbox({
          x: within(middle ? middle.x - width / 2 : box.x, width, box.inner.x, box.inner.width),
          y: within(middle ? middle.y - height / 2 : box.y, height, box.inner.y, box.inner.height),
          width,
          height,
        });
      }
    };
    showCurrent();
    const tools = document.createElement("div");
    tools.className = "diagram-tools";
    const button = (sign, label, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.className = "btn";
      made.textContent = sign;
      made.setAttribute("aria-label", label);
      made.title = label;
      made.addEventListener("click", act);
      tools.append(made);
    };
    button("+", frame.dataset.zoomIn, () => canvas.zoom(canvas.zoom() * 1.25));
    button("−", frame.dataset.zoomOut, () => canvas.zoom(canvas.zoom() / 1.25));
    button("⤢", frame.dataset.fit, showAll);
    live.append(tools);
  } catch {
    live.remove();
  }
})();
