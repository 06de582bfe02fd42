/** What the compose box offers while one types. */
import type { Command } from "./types";

export type Suggestion = { text: string; hint: string; note: string; complete: boolean };

/** Examples of a command, with periods that the sandbox's clock makes real. */
function examples(command: string, clock: string): [string, string][] {
  const now = new Date(clock);
  const before = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1));
  const month = `${before.getUTCFullYear()} ${before.getUTCMonth() + 1}`;
  const known: { [command: string]: [string, string][] } = {
    "/invoices": [
      ["2021 8", "a month: August 2021"],
      [month, "last month"],
      [String(now.getUTCFullYear()), "a year"],
      [`${now.getUTCFullYear()} unpaid`, "a year, still open"],
    ],
    "/unpaid": [
      ["i3d", "of one connection"],
      ["lw", "of another connection"],
    ],
    "/overdue": [["swo", "of one connection"]],
  };
  return [...(known[command] ?? []), ["help", "what this command can do"]];
}

export function suggest(
  text: string,
  commands: Command[],
  clock: string,
  inThread: boolean,
): Suggestion[] {
  if (/(^|\s)@\w*$/.test(text) && !/@duebot\s/.test(text)) {
    const word = /@\w*$/.exec(text)?.[0] ?? "";
    if (!"@duebot".startsWith(word)) return [];
    const start = text.slice(0, text.length - word.length);
    return [
      { text: `${start}@duebot `, hint: "", note: "ask the bot in plain words", complete: false },
    ];
  }
  if (!text.startsWith("/") || inThread) return [];
  const [name = "", ...rest] = text.split(" ");
  if (rest.length === 0) {
    return commands
      .filter(({ command }) => command.startsWith(name))
      .map(({ command, usage_hint, description }) => ({
        text: `${command} `,
        hint: usage_hint,
        note: description,
        complete: false,
      }));
  }
  const typed = rest.join(" ");
  if (!commands.some(({ command }) => command === name)) return [];
  return examples(name, clock)
    .filter(([example]) => example.startsWith(typed) && example !== typed)
    .map(([example, note]) => ({ text: `${name} ${example}`, hint: "", note, complete: true }));
}
