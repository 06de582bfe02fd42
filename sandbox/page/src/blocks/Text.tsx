/** A text object: plain_text as it is, mrkdwn parsed. */
import type { Json } from "../types";
import { emoji } from "./emoji";
import { Mrkdwn } from "./mrkdwn";
import { useSurface } from "./surface";

export function Text({ text }: { text: Json | string | undefined }) {
  const surface = useSurface();
  if (text === undefined || text === null) return null;
  if (typeof text === "string") return <>{text}</>;
  if (text.type === "mrkdwn") {
    return <Mrkdwn text={text.text} names={surface} verbatim={text.verbatim === true} />;
  }
  return <>{plain(text)}</>;
}

/** A plain_text object as a string, for labels and attributes. */
export function plain(text: Json | string | undefined | null): string {
  if (text === undefined || text === null) return "";
  if (typeof text === "string") return text;
  const words = String(text.text ?? "");
  return text.emoji === false
    ? words
    : words.replace(/:([a-z0-9_+-]+):/g, (_, name: string) => emoji(name));
}
