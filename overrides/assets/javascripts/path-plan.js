// The way to a goal: pure functions, without page or network. The browser runs them for the
// path finder, portal/paths.py for the lists that stand in the page without scripts.
globalThis.portalPlan = (() => {
  const DAY = 86_400_000; // milliseconds

  /** The chapters of `ids` and everything they need, directly or not. */
  function closure(chapters, ids) {
    const byId = new Map(chapters.map((chapter) => [chapter.id, chapter]));
    const found = new Set();
    const waiting = ids.filter((id) => byId.has(id));
    while (waiting.length) {
      const id = waiting.pop();
      if (found.has(id)) continue;
      found.add(id);
      waiting.push(...byId.get(id).needs);
    }
    return found;
  }

  /**
   * The shortest sequence that leads to the goals: all they need and nothing else, each
   * chapter after its prerequisites, otherwise in the order of the path.
   *
   * `chapters`: [{ id, hours, needs: [id] }] in the order of the path. `known`: chapters the
   * reader masters; what those need counts as known. `pace`: hours a week.
   * Returns { steps: [{ id, hours, from, to }], hours, weeks }; weeks count from 1.
   */
  function plan(chapters, known, goals, pace) {
    const mastered = closure(chapters, known);
    const wanted = closure(chapters, goals);
    const left = chapters.filter(({ id }) => wanted.has(id) && !mastered.has(id));
    const steps = [];
    let spent = 0;
    while (left.length) {
      const open = new Set(left.map(({ id }) => id));
      const index = left.findIndex(({ needs }) => !needs.some((id) => open.has(id)));
      if (index < 0) throw new Error("prerequisites form a cycle");
      const [{ id, hours }] = left.splice(index, 1);
      const from = Math.floor(spent / pace) + 1;
      spent += hours;
      steps.push({ id, hours, from, to: Math.max(from, Math.ceil(spent / pace - 1e-9)) });
    }
    return { steps, hours: spent, weeks: steps.length ? steps[steps.length - 1].to : 0 };
  }

  /** The day `days` after an ISO date, as an ISO date. */
  function addDays(date, days) {
    return new Date(Date.parse(date) + days * DAY).toISOString().slice(0, 10);
  }

  const isoToIcs = (date) => date.replace(/-/g, "");

  /** A content line of RFC 5545: at most 75 octets, then folded, never within a character. */
  function fold(line) {
    const lines = [""];
    let octets = 0;
    for (const character of line) {
      const code = character.codePointAt(0);
      const size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      if (octets + size > 75) {
        lines.push(" ");
        octets = 1;
      }
      lines[lines.length - 1] += character;
      octets += size;
    }
    return lines.join("\r\n");
  }

  const escapeText = (text) => text.replace(/[\\;,]/g, "\\$&").replace(/\r?\n/g, "\\n");

  /**
   * A calendar with one event a step, over the weeks it takes.
   *
   * `entries`: [{ id, title, note, url, from, to }]. `start`: ISO date of the first day of
   * week 1. `stamp`: when the calendar is made, as 20260131T120000Z.
   */
  function calendar(name, entries, start, stamp) {
    const lines = [
      "BEGIN:VCALENDAR",
      "VERSION:2.0",
      "PRODID:-//AI engineer portal//Path finder//EN",
      "CALSCALE:GREGORIAN",
      `X-WR-CALNAME:${escapeText(name)}`,
    ];
    for (const { id, title, note, url, from, to } of entries) {
      lines.push(
        "BEGIN:VEVENT",
        `UID:${id}@${start}.ai-engineer-portal`,
        `DTSTAMP:${stamp}`,
        `DTSTART;VALUE=DATE:${isoToIcs(addDays(start, 7 * (from - 1)))}`,
        `DTEND;VALUE=DATE:${isoToIcs(addDays(start, 7 * to))}`,
        `SUMMARY:${escapeText(title)}`,
        ...(note ? [`DESCRIPTION:${escapeText(note)}`] : []),
        ...(url ? [`URL:${url}`] : []),
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
      );
    }
    return [...lines, "END:VCALENDAR", ""].map(fold).join("\r\n");
  }

  const escapeMarkdown = (text) => text.replace(/[\\[\]*_`<>]/g, "\\$&");
  const linked = (text, url) => (url ? `[${escapeMarkdown(text)}](<${url}>)` : escapeMarkdown(text));

  /**
   * A list of things to tick.
   *
   * `entries`: [{ weeks, title, url, note, resources: [{ title, url }] }].
   */
  function markdown(name, summary, entries) {
    const lines = [`# ${escapeMarkdown(name)}`, "", escapeMarkdown(summary), ""];
    for (const { weeks, title, url, note, resources } of entries) {
      lines.push(`- [ ] ${escapeMarkdown(weeks)} ${linked(title, url)} ${escapeMarkdown(note)}`);
      for (const one of resources) lines.push(`    - [ ] ${linked(one.title, one.url)}`);
    }
    return `${lines.join("\n")}\n`;
  }

  return { addDays, calendar, closure, markdown, plan };
})();
