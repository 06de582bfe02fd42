/** A coloured square with initials; Duebot has its own mark. */
import type { Person } from "./types";

export function Avatar({ person, size = 36 }: { person: Person | null; size?: number }) {
  const style = { width: size, height: size, fontSize: size * 0.4, background: person?.color ?? "#1f3a5f" };
  return (
    <span className="avatar" style={style} aria-hidden>
      {person?.initials ?? "D"}
    </span>
  );
}
