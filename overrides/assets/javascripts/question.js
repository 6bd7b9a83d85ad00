// Questions that can be answered. Without this the explanations stand in a block to open.
(() => {
  const words = JSON.parse(document.currentScript.dataset.words);
  const progress = window.portalProgress;
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  function element(tag, properties = {}, ...children) {
    const node = Object.assign(document.createElement(tag), properties);
    node.append(...children);
    return node;
  }

  /** A number with its unit as people type it: "1,024 MiB", "−0.5", "１４". */
  function parseNumber(text) {
    const plain = text.normalize("NFKC").replace(/[−–]/g, "-").trim();
    const match = /^([-+]?(?:\d[\d,]*\.?\d*|\.\d+)(?:e[-+]?\d+)?)\s*(.*)$/iu.exec(plain);
    return match && { value: Number(match[1].replaceAll(",", "")), unit: match[2] };
  }

  const sameUnit = (a, b) =>
    a.normalize("NFKC").replace(/\s/g, "").toLowerCase() ===
    b.normalize("NFKC").replace(/\s/g, "").toLowerCase();

  /** What stands below the choice itself: why it is right or wrong. */
  function reasons(explanation) {
    const parts = [...explanation.children].slice(1).map((part) => part.cloneNode(true));
    for (const part of parts) for (const node of part.querySelectorAll("[id]")) node.removeAttribute("id");
    return element("div", { className: "question__reason" }, ...parts);
  }

  function verdict(right, text) {
    return element("strong", { className: `question__mark question__mark--${right ? "right" : "wrong"}` }, text);
  }

  // ---- A kind of question: { answer(), show(answer), clear() } ----
  // `answer` gives { right, … }, or { missing } with what to say.

  function choosing(list, explanations, kind, name) {
    const type = kind === "single" ? "radio" : "checkbox";
    const boxes = [...list.children].map((item) => {
      const box = element("input", { type, name, autocomplete: "off" });
      const label = element("label", {}, box, element("span", {}, ...item.childNodes));
      item.append(label);
      return box;
    });
    const isRight = (index) => explanations[index].dataset.verdict === "right";
    const unchosen = () =>
      kind === "single" ? verdict(true, words.right) : verdict(false, words.missed);
    list.setAttribute("role", kind === "single" ? "radiogroup" : "group");
    for (const item of list.children) item.setAttribute("role", "presentation");
    return {
      answer() {
        if (!boxes.some((box) => box.checked)) return { missing: words.choose };
        return { right: boxes.every((box, index) => box.checked === isRight(index)) };
      },
      show() {
        boxes.forEach((box, index) => {
          box.disabled = true;
          const said = box.checked
            ? verdict(isRight(index), isRight(index) ? words.right : words.wrong)
            : isRight(index) && unchosen();
          const item = list.children[index];
          item.classList.toggle("question__choice--right", isRight(index));
          item.append(...(said ? [said] : []), reasons(explanations[index]));
        });
      },
      clear() {
        for (const box of boxes) Object.assign(box, { disabled: false, checked: false });
        for (const node of list.querySelectorAll(".question__mark, .question__reason")) node.remove();
        for (const item of list.children) item.classList.remove("question__choice--right");
        return boxes[0];
      },
    };
  }

  function counting(section, explanations, labelledBy) {
    const { unit } = section.dataset;
    const input = element("input", {
      type: "text",
      inputMode: "decimal",
      autocomplete: "off",
      className: "question__number",
    });
    input.setAttribute("aria-labelledby", labelledBy);
    const place = element("p", { className: "question__field" }, input, ` ${unit}`);
    const result = element("div", { className: "question__result" });
    section.querySelector(".question__kind").after(place, result);
    const close = (explanation, value, slack) => {
      const target = Number(explanation.dataset.value);
      const tolerance = Number(explanation.dataset.tolerance);
      const allowed = Math.max(tolerance, slack * Math.abs(target));
      return Math.abs(value - target) <= allowed + 1e-9 * Math.max(1, Math.abs(target));
    };
    return {
      answer() {
        const given = parseNumber(input.value);
        if (!given) return { missing: words.number };
        if (given.unit && !sameUnit(given.unit, unit)) {
          return { missing: unit ? fill(words.unit, { unit }) : words.number };
        }
        const right = explanations.find((one) => one.dataset.verdict === "right");
        if (close(right, given.value, 0)) return { right: true, met: right };
        // A known mistake is recognised when it was rounded, too.
        return { right: false, met: explanations.find((one) => one !== right && close(one, given.value, 0.005)) };
      },
      show({ right, met }) {
        input.disabled = true;
        result.replaceChildren(verdict(right, right ? words.right : words.wrong));
        if (met) result.append(reasons(met));
      },
      clear() {
        Object.assign(input, { disabled: false, value: "" });
        result.replaceChildren();
        return input;
      },
    };
  }

  function ordering(list, explanations, status) {
    const start = [...list.children];
    const buttonOf = (item, direction) => item.querySelector(`[data-move="${direction}"]`);

    function refresh() {
      const items = [...list.children];
      items.forEach((item, index) => {
        buttonOf(item, -1).disabled = index === 0;
        buttonOf(item, 1).disabled = index === items.length - 1;
      });
    }

    function move(item, direction) {
      const items = [...list.children];
      const other = items[items.indexOf(item) + direction];
      if (!other) return;
      if (direction < 0) other.before(item);
      else other.after(item);
      refresh();
      const button = buttonOf(item, direction);
      (button.disabled ? buttonOf(item, -direction) : button).focus();
      status.textContent = fill(words.moved, {
        place: [...list.children].indexOf(item) + 1,
        total: items.length,
      });
    }

    for (const item of start) {
      const step = element("span", { className: "question__step" }, ...item.childNodes);
      const buttons = [-1, 1].map((direction) => {
        const label = fill(direction < 0 ? words.up : words.down, { step: step.textContent.trim() });
        const button = element("button", { type: "button", className: "question__move" }, direction < 0 ? "↑" : "↓");
        button.dataset.move = direction;
        button.setAttribute("aria-label", label);
        button.addEventListener("click", () => move(item, direction));
        return button;
      });
      item.append(...buttons, step);
    }
    refresh();
    return {
      answer: () => ({
        right: [...list.children].every((item, index) => Number(item.dataset.place) === index + 1),
      }),
      show() {
        [...list.children].forEach((item, index) => {
          const place = Number(item.dataset.place);
          const right = place === index + 1;
          for (const button of item.querySelectorAll("button")) button.disabled = true;
          const said = right ? words.right : fill(words.place, { place });
          item.append(verdict(right, said), reasons(explanations[place - 1]));
        });
      },
      clear() {
        for (const node of list.querySelectorAll(".question__mark, .question__reason")) node.remove();
        list.append(...start);
        refresh();
        return buttonOf(start[0], 1);
      },
    };
  }

  function enhance(section) {
    const { kind } = section.dataset;
    const list = section.querySelector(".question__choices");
    const details = section.querySelector(".question__answer");
    const prompt = section.querySelector(".question__prompt");
    const heading = section.querySelector(".question__kind");
    const explanations = [...section.querySelectorAll(".question__explanation")];
    if (!details || !prompt || !heading || (kind !== "numeric" && !list)) {
      console.error("question: prompt, kind, choices or explanations are missing", section);
      return;
    }
    prompt.id = `${section.id}-prompt`;
    const id = `question:${progress.pageOf(location.href)}#${section.id}`;
    const status = element("p", { className: "question__status" });
    status.setAttribute("role", "status");
    const makers = {
      single: () => choosing(list, explanations, kind, section.id),
      multiple: () => choosing(list, explanations, kind, section.id),
      numeric: () => counting(section, explanations, prompt.id),
      ordering: () => ordering(list, explanations, status),
    };
    const question = makers[kind]();
    list?.setAttribute("aria-labelledby", prompt.id);

    const check = element("button", { type: "button", className: "md-button md-button--primary" }, words.check);
    const again = element("button", { type: "button", className: "md-button", hidden: true }, words.again);
    details.before(element("p", { className: "question__actions" }, check, " ", again), status);

    function turn(answered) {
      check.hidden = answered;
      again.hidden = !answered;
      details.hidden = answered && kind !== "numeric"; // each choice has its explanation then
    }

    function submit() {
      const answer = question.answer();
      status.textContent = answer.missing ?? (answer.right ? words.correct : words.incorrect);
      if (answer.missing) return;
      question.show(answer);
      turn(true);
      again.focus();
      progress.set(id, answer.right ? "right" : "wrong");
    }

    check.addEventListener("click", submit);
    section.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || !event.target.matches("input")) return;
      event.preventDefault();
      if (!check.hidden) submit();
    });
    again.addEventListener("click", () => {
      turn(false);
      status.textContent = "";
      question.clear().focus();
    });

    const stored = element("span", { className: "question__stored" });
    heading.append(stored);
    function show() {
      const entry = progress.get(id);
      stored.textContent = entry
        ? fill(entry.state === "right" ? words.was_right : words.was_wrong, { tries: entry.tries })
        : "";
      stored.dataset.state = entry?.state ?? "";
    }
    progress.changes.addEventListener("change", show);
    show();
  }

  for (const section of document.querySelectorAll("[data-module=question]")) {
    if (section.hasAttribute("data-question-init")) continue;
    section.setAttribute("data-question-init", "");
    enhance(section);
  }
})();
