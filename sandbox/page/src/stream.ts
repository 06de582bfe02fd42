/** Live data: server-sent events say that something changed, hooks read it again. */
import { useCallback, useEffect, useRef, useState } from "react";

/** Counts the sandbox's changes; `lost` while the stream is down. */
export function useRevision(): { revision: number; lost: boolean } {
  const [revision, setRevision] = useState(0);
  const [lost, setLost] = useState(false);
  useEffect(() => {
    const source = new EventSource("/sandbox/stream");
    const bump = () => setRevision((seen) => seen + 1);
    source.addEventListener("change", bump);
    source.onopen = () => {
      setLost(false);
      bump(); // what changed while the stream was down
    };
    source.onerror = () => setLost(true);
    return () => source.close();
  }, []);
  return { revision, lost };
}

export type Live<T> = { value: T | null; error: string | null; again: () => void };

/**
 * Reads something again after every change, one request at a time.
 *
 * `key` names what is read: when it changes, the old value is dropped at once, so that
 * nobody sees one channel's messages under another channel's name.
 */
export function useLive<T>(key: string, revision: number, read: () => Promise<T>): Live<T> {
  const [held, setHeld] = useState<{ key: string; value: T | null; error: string | null }>({
    key,
    value: null,
    error: null,
  });
  const running = useRef<string | null>(null);
  const waiting = useRef(false);
  const latest = useRef({ key, read });
  latest.current = { key, read };

  const again = useCallback(() => {
    if (running.current === latest.current.key) {
      waiting.current = true;
      return;
    }
    const { key: asked, read: ask } = latest.current;
    running.current = asked;
    waiting.current = false;
    const finish = (value: T | null, error: string | null) => {
      if (asked !== latest.current.key) return;
      running.current = null;
      setHeld((old) => ({
        key: asked,
        value: value === null ? (old.key === asked ? old.value : null) : keep(old, asked, value),
        error,
      }));
      if (waiting.current) again();
    };
    ask().then(
      (value) => finish(value, null),
      (error: Error) => finish(null, error.message),
    );
  }, []);

  useEffect(again, [key, revision, again]);
  return held.key === key
    ? { value: held.value, error: held.error, again }
    : { value: null, error: null, again };
}

/** The old object where nothing changed, so that unchanged messages are not drawn again. */
function keep<T>(old: { key: string; value: T | null }, key: string, value: T): T {
  if (old.key !== key || old.value === null) return value;
  if (!Array.isArray(value) || !Array.isArray(old.value)) {
    return JSON.stringify(old.value) === JSON.stringify(value) ? old.value : value;
  }
  const known = new Map(old.value.map((item) => [JSON.stringify(item), item as unknown]));
  return value.map((item) => known.get(JSON.stringify(item)) ?? item) as T;
}
