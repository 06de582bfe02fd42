/** The box one types into: slash commands with suggestions, mentions, plain text. */
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { say, sendCommand, takeShortcut } from "./api";
import { sentence } from "./blocks/surface";
import { suggest, type Suggestion } from "./suggestions";
import type { Command, Shortcut } from "./types";

export type Inserted = { text: string; send: boolean };

type Props = {
  me: string;
  channel: string;
  thread?: string;
  place: string;
  commands: Command[];
  shortcuts: Shortcut[];
  clock: string;
  /** Text put here from outside: to be sent at once, or to be looked at first. */
  inserted?: Inserted | null;
  /** Called once the inserted text was used, so that it is never used twice. */
  taken?: () => void;
  pending: (line: string | null) => void;
  sent: () => void;
};

export function Compose({
  me,
  channel,
  thread,
  place,
  commands,
  shortcuts,
  clock,
  inserted,
  taken,
  pending,
  sent,
}: Props) {
  const [text, setText] = useState("");
  const [note, setNote] = useState<{ text: string; bad: boolean } | null>(null);
  const [picked, setPicked] = useState(-1);
  const [hidden, setHidden] = useState(false);
  const [listed, setListed] = useState(false);
  const history = useRef<string[]>([]);
  const busy = useRef(false);
  const box = useRef<HTMLTextAreaElement>(null);
  const listId = useId();

  const offers = useMemo(
    () => (hidden ? [] : suggest(text, commands, clock, thread !== undefined)),
    [text, commands, clock, hidden, thread],
  );

  const write = (next: string) => {
    setText(next);
    setPicked(-1);
    setHidden(false);
  };

  const deliver = async (line: string) => {
    if (busy.current || line.trim() === "") return;
    const command = /^\/\S+/.exec(line.trim())?.[0];
    if (command && thread !== undefined) {
      setNote({
        text: `Slash commands do not work in threads. Mention the bot: @duebot ${line.trim().slice(1)}`,
        bad: true,
      });
      return;
    }
    busy.current = true;
    history.current.push(line);
    write("");
    setNote(null);
    pending(line.trim());
    try {
      const reply = command
        ? await sendCommand(me, channel, command, line.trim().slice(command.length).trim())
        : await say(me, channel, line.trim(), thread);
      if (!reply.ok) setNote({ text: sentence(reply.error), bad: true });
      else if (reply.ms !== undefined)
        setNote({
          text: `Acknowledged in ${reply.ms < 10 ? reply.ms.toFixed(1) : Math.round(reply.ms)} ms`,
          bad: false,
        });
    } catch (error) {
      setNote({ text: (error as Error).message, bad: true });
      setText(line);
    } finally {
      busy.current = false;
      pending(null);
      sent();
    }
  };

  useEffect(() => {
    if (!inserted) return;
    if (inserted.send) void deliver(inserted.text);
    else write(inserted.text);
    box.current?.focus();
    taken?.();
  }, [inserted]);

  const take = (offer: Suggestion) => {
    write(offer.text);
    if (offer.complete) setHidden(true);
    box.current?.focus();
  };

  const everywhere = shortcuts.filter(({ kind }) => kind === "global");
  const use = async ({ callback_id }: Shortcut) => {
    setListed(false);
    setNote(null);
    try {
      const reply = await takeShortcut(me, callback_id);
      if (!reply.ok) setNote({ text: sentence(reply.error), bad: true });
    } catch (error) {
      setNote({ text: (error as Error).message, bad: true });
    }
  };

  const keys = (event: React.KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return; // an input method is still choosing characters
    const offer = offers[picked];
    if (offers.length > 0 && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      setPicked((picked + step + offers.length + (picked < 0 && step < 0 ? 1 : 0)) % offers.length);
    } else if (event.key === "ArrowUp" && text === "" && history.current.length > 0) {
      event.preventDefault();
      write(history.current[history.current.length - 1] ?? "");
      setHidden(true);
    } else if (event.key === "Escape") {
      setHidden(true);
    } else if (event.key === "Tab" && !event.shiftKey && offers.length > 0) {
      event.preventDefault();
      take(offers[Math.max(0, picked)] as Suggestion);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      const partial = /^\/\S*$/.test(text) && !commands.some(({ command }) => command === text);
      const meant = offer ?? (partial ? offers[0] : undefined); // "/inv" completes, as in Slack
      if (meant) take(meant);
      else void deliver(text);
    }
  };

  return (
    <form
      className="compose"
      onSubmit={(event) => {
        event.preventDefault();
        void deliver(text);
      }}
    >
      {offers.length > 0 && (
        <ul className="suggestions" id={listId} role="listbox" aria-label="Suggestions">
          {offers.map((offer, index) => (
            <li
              key={offer.text}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === picked}
              onMouseDown={(event) => {
                event.preventDefault();
                take(offer);
              }}
            >
              <code>{offer.text.trim()}</code> {offer.hint && <em>{offer.hint}</em>}
              <span>{offer.note}</span>
            </li>
          ))}
        </ul>
      )}
      {listed && (
        <ul
          className="suggestions"
          aria-label="Shortcuts"
          onKeyDown={(event) => event.key === "Escape" && setListed(false)}
        >
          {everywhere.map((shortcut) => (
            <li key={shortcut.callback_id}>
              <button
                type="button"
                className="shortcut"
                data-testid={`shortcut-${shortcut.callback_id}`}
                onClick={() => void use(shortcut)}
              >
                {shortcut.name} <span>Duebot</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className="compose-box">
        {thread === undefined && everywhere.length > 0 && (
          <button
            type="button"
            className="shortcuts"
            data-testid="shortcuts"
            aria-label="Shortcuts"
            aria-expanded={listed}
            title="Shortcuts"
            onClick={() => setListed(!listed)}
          >
            <svg aria-hidden width="16" height="16" viewBox="0 0 16 16">
              <path d="M9 1L3 9h4l-1 6 6-8H8z" fill="currentColor" />
            </svg>
          </button>
        )}
        <textarea
          ref={box}
          data-testid={thread === undefined ? "compose" : "thread-compose"}
          rows={Math.min(6, text.split("\n").length)}
          value={text}
          placeholder={
            thread === undefined
              ? `Message ${place}, or type / for commands`
              : "Reply… @duebot unpaid"
          }
          aria-label={thread === undefined ? `Message ${place}` : "Reply in the thread"}
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={offers.length > 0}
          aria-controls={listId}
          aria-activedescendant={picked >= 0 ? `${listId}-${picked}` : undefined}
          onChange={(event) => write(event.target.value)}
          onKeyDown={keys}
          onBlur={() => setHidden(true)}
          onFocus={() => setHidden(false)}
        />
        <button
          type="submit"
          className="send"
          data-testid={thread === undefined ? "send" : "thread-send"}
          aria-label="Send"
          aria-disabled={text.trim() === ""}
        >
          <svg aria-hidden width="16" height="16" viewBox="0 0 16 16">
            <path d="M1.5 2l13 6-13 6 2-6z" fill="currentColor" />
          </svg>
        </button>
      </div>
      <p className={note?.bad ? "note bad" : "note"} role="status">
        {note?.text ?? " "}
      </p>
    </form>
  );
}
