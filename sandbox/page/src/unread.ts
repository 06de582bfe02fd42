/** Which channels got something new while one looked elsewhere. */
import { useEffect, useRef, useState } from "react";
import { fetchMessages } from "./api";
import type { Channel } from "./types";

/** Reads the other channels at most once a second; the first reading counts as seen. */
export function useUnread(
  me: string,
  channels: Channel[],
  current: string,
  revision: number,
): Set<string> {
  const [unread, setUnread] = useState<Set<string>>(new Set());
  const seen = useRef(new Map<string, string>());
  const ids = channels.map((channel) => channel.id).join(" ");

  useEffect(() => {
    seen.current = new Map();
    setUnread(new Set());
  }, [me]);

  useEffect(() => {
    let gone = false;
    const look = async () => {
      const fresh = new Set<string>();
      for (const id of ids.split(" ").filter(Boolean)) {
        const messages = await fetchMessages(me, id).catch(() => []);
        if (gone) return;
        const last = messages[messages.length - 1]?.ts ?? "";
        const known = seen.current.get(id);
        if (id === current || known === undefined) seen.current.set(id, last);
        else if (last > known) fresh.add(id);
      }
      setUnread(fresh);
    };
    const wait = setTimeout(() => void look(), 300);
    return () => {
      gone = true;
      clearTimeout(wait);
    };
  }, [me, ids, current, revision]);

  return unread;
}
