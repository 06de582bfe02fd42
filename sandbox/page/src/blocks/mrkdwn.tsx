/**
 * Slack's mrkdwn as React nodes; source: Slack, Formatting text for app surfaces.
 *
 * Only `<…>` is a mention or a link. Escaped text such as `&lt;!channel&gt;` is decoded in
 * the last step, when a leaf is drawn, and therefore always shows literally.
 */
import { Fragment, type ReactNode } from "react";
import { slackDate } from "../time";
import { emoji } from "./emoji";
import type { Names } from "./surface";

export const decode = (text: string) =>
  text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");

const styled = (mark: string, name: string) =>
  `(?<![\\p{L}\\p{N}${mark}])${mark}(?=\\S)(?<${name}>[^${mark}\\n]*?[^\\s${mark}])${mark}(?![\\p{L}\\p{N}${mark}])`;

const INLINE = new RegExp(
  [
    "`(?<code>[^`\\n]+)`",
    "<(?<angle>[^<>\\n]+)>",
    styled("\\*", "bold"),
    styled("_", "italic"),
    styled("~", "strike"),
    ":(?<emoji>[a-z0-9_+-]+):",
    "(?<url>https?:\\/\\/[^\\s<>|]*[^\\s<>|.,;:!?)\\]'\"])",
  ].join("|"),
  "gu",
);

/** Only what a browser may follow safely becomes a link. */
export const safe = (url: string) => (/^(https?:|mailto:|tel:|\/)/i.test(url) ? url : undefined);

export function Link({ url, children }: { url: string; children: ReactNode }) {
  return (
    <a href={safe(url)} target="_blank" rel="noreferrer">
      {children}
    </a>
  );
}

export const personName = (id: string, names: Names) =>
  id === "U0DUEBOT" ? "Duebot" : (names.people.find((person) => person.id === id)?.name ?? id);

export const channelName = (id: string, names: Names) =>
  names.channels.find((channel) => channel.id === id)?.name ?? id;

function angle(inside: string, names: Names): ReactNode {
  const [head = "", label] = split(inside);
  if (head.startsWith("@")) {
    return (
      <span className="mention">@{label ? decode(label) : personName(head.slice(1), names)}</span>
    );
  }
  if (head.startsWith("#")) {
    return (
      <span className="mention">#{label ? decode(label) : channelName(head.slice(1), names)}</span>
    );
  }
  if (head.startsWith("!date^")) {
    const [, seconds = "0", format = "", url] = head.split("^");
    const shown = Number.isFinite(Number(seconds))
      ? slackDate(Number(seconds), format)
      : decode(label ?? "");
    return url ? (
      <Link url={decode(url)}>{shown}</Link>
    ) : (
      <time title={decode(label ?? "")}>{shown}</time>
    );
  }
  if (head.startsWith("!")) {
    const name = head.startsWith("!subteam^") ? (label ?? head.slice(9)) : `@${head.slice(1)}`;
    return <span className="mention broadcast">{decode(name)}</span>;
  }
  if (safe(decode(head)) === undefined) return decode(`<${inside}>`);
  return <Link url={decode(head)}>{decode(label ?? head.replace(/^mailto:/, ""))}</Link>;
}

function split(inside: string): [string, string | undefined] {
  const bar = inside.indexOf("|");
  return bar < 0 ? [inside, undefined] : [inside.slice(0, bar), inside.slice(bar + 1)];
}

function inline(text: string, names: Names, verbatim: boolean): ReactNode[] {
  const nodes: ReactNode[] = [];
  let from = 0;
  for (const match of text.matchAll(INLINE)) {
    const found = match.groups ?? {};
    if (found.url !== undefined && verbatim) continue;
    if (match.index > from) nodes.push(decode(text.slice(from, match.index)));
    from = match.index + match[0].length;
    nodes.push(<Fragment key={match.index}>{leaf(found, names, verbatim)}</Fragment>);
  }
  if (from < text.length) nodes.push(decode(text.slice(from)));
  return nodes;
}

function leaf(
  found: { [name: string]: string | undefined },
  names: Names,
  verbatim: boolean,
): ReactNode {
  if (found.code !== undefined) return <code>{decode(found.code)}</code>;
  if (found.angle !== undefined) return angle(found.angle, names);
  if (found.bold !== undefined) return <strong>{inline(found.bold, names, verbatim)}</strong>;
  if (found.italic !== undefined) return <em>{inline(found.italic, names, verbatim)}</em>;
  if (found.strike !== undefined) return <s>{inline(found.strike, names, verbatim)}</s>;
  if (found.url !== undefined) return <Link url={decode(found.url)}>{decode(found.url)}</Link>;
  return emoji(found.emoji ?? "");
}

function lines(text: string, names: Names, verbatim: boolean): ReactNode[] {
  const groups: { quote: boolean; lines: string[] }[] = [];
  for (const line of text.split("\n")) {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
    const last = groups[groups.length - 1];
    if (last && last.quote === (quoted !== null)) last.lines.push(quoted?.[1] ?? line);
    else groups.push({ quote: quoted !== null, lines: [quoted?.[1] ?? line] });
  }
  return groups.map((group, index) => {
    const body = inline(group.lines.join("\n"), names, verbatim);
    return group.quote ? (
      <blockquote key={index}>{body}</blockquote>
    ) : (
      <Fragment key={index}>{body}</Fragment>
    );
  });
}

export function Mrkdwn({
  text,
  names,
  verbatim = false,
}: {
  text: string;
  names: Names;
  verbatim?: boolean;
}) {
  const parts = text.split("```");
  return (
    <span className="mrkdwn">
      {parts.map((part, index) =>
        index % 2 === 1 && index < parts.length - 1 ? (
          <pre key={index}>{decode(part.replace(/^\n/, ""))}</pre>
        ) : (
          <Fragment key={index}>
            {lines(index % 2 === 1 ? "```" + part : part, names, verbatim)}
          </Fragment>
        ),
      )}
    </span>
  );
}
