/** Times as people read them, in the browser's own zone. */

const at = (ts: string) => new Date(Number(ts) * 1000);

export const clockTime = (ts: string) =>
  at(ts).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

export const fullTime = (ts: string) =>
  at(ts).toLocaleString("en-GB", { dateStyle: "full", timeStyle: "medium" });

export const sameDay = (one: string, other: string) =>
  at(one).toDateString() === at(other).toDateString();

/** "Today", "Yesterday" or "Friday 20 November", beside the sandbox's own clock. */
export function dayName(ts: string, clock: string): string {
  const day = at(ts);
  const today = new Date(clock);
  if (day.toDateString() === today.toDateString()) return "Today";
  const before = new Date(today);
  before.setDate(before.getDate() - 1);
  if (day.toDateString() === before.toDateString()) return "Yesterday";
  const year = day.getFullYear() === today.getFullYear() ? {} : { year: "numeric" as const };
  return day.toLocaleDateString("en-GB", {
    weekday: "long",
    day: "numeric",
    month: "long",
    ...year,
  });
}

/** "Sat 21 Nov 2026, 09:00" */
export function longClock(moment: Date): string {
  const date = moment.toLocaleDateString("en-GB", {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
  });
  return `${date.replace(",", "")}, ${moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`;
}

/** The first day of the next month at nine, UTC. */
export function nextMonth(clock: string): string {
  const now = new Date(clock);
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1, 9))
    .toISOString()
    .replace(".000Z", "Z");
}

/** Slack's `<!date^…>` tokens; source: Slack, Formatting text for app surfaces. */
export function slackDate(seconds: number, format: string): string {
  const moment = new Date(seconds * 1000);
  const date = (options: Intl.DateTimeFormatOptions) => moment.toLocaleDateString("en-GB", options);
  const time = (options: Intl.DateTimeFormatOptions) => moment.toLocaleTimeString("en-GB", options);
  const long = () => date({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const tokens: { [token: string]: () => string } = {
    date_num: () => moment.toISOString().slice(0, 10),
    date_slash: () => date({ day: "2-digit", month: "2-digit", year: "numeric" }),
    date: () => date({ day: "numeric", month: "long", year: "numeric" }),
    date_pretty: () => date({ day: "numeric", month: "long", year: "numeric" }),
    date_short: () => date({ day: "numeric", month: "short", year: "numeric" }),
    date_short_pretty: () => date({ day: "numeric", month: "short", year: "numeric" }),
    date_long: long,
    date_long_pretty: long,
    day_divider_pretty: long,
    date_long_full: long,
    time: () => time({ hour: "2-digit", minute: "2-digit" }),
    time_secs: () => time({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    ago: () => date({ day: "numeric", month: "short", year: "numeric" }),
  };
  return format.replace(/\{(\w+)\}/g, (whole, token: string) => tokens[token]?.() ?? whole);
}
