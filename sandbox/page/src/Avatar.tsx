/** A coloured square with initials; Duebot and the stand-in itself have marks of their own. */
import type { Person } from "./types";

const MARKS = {
  bot: { initials: "D", color: "#1f3a5f" },
  system: { initials: "!", color: "#7a7a7d" },
};

type Props = { person: Person | null; mark?: keyof typeof MARKS; size?: number };

export function Avatar({ person, mark = "bot", size = 36 }: Props) {
  const { initials, color } = person ?? MARKS[mark];
  const style = { width: size, height: size, fontSize: size * 0.4, background: color };
  return (
    <span className="avatar" style={style} aria-hidden>
      {initials}
    </span>
  );
}
