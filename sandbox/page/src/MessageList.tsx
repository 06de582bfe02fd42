/** Messages, oldest first, with day lines; stays at the bottom while one reads there. */
import { Fragment, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Names } from "./blocks/surface";
import { MessageView } from "./MessageView";
import { dayName, sameDay } from "./time";
import type { Message } from "./types";

type Props = {
  messages: Message[];
  me: string;
  names: Names;
  clock: string;
  label: string;
  openThread: ((ts: string) => void) | null;
  /** What was sent from here and waits: whoever sends something wants to see its answer. */
  sending: string | null;
  children?: React.ReactNode;
  before?: React.ReactNode;
};

/** Plain words that follow the same author's within five minutes: without avatar and name. */
function follows(message: Message, before: Message | undefined): boolean {
  return (
    before !== undefined &&
    !message.ephemeral &&
    !before.ephemeral &&
    before.user === message.user &&
    before.bot === message.bot &&
    message.command === null &&
    message.blocks.length === 0 &&
    sameDay(before.ts, message.ts) &&
    Number(message.ts) - Number(before.ts) < 300
  );
}

export function MessageList({
  messages,
  me,
  names,
  clock,
  label,
  openThread,
  sending,
  before,
  children,
}: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const atBottom = useRef(true);
  const lastTop = useRef(0);
  const [unseen, setUnseen] = useState(false);
  const last = messages[messages.length - 1]?.ts;

  const toBottom = () => {
    const box = frame.current;
    if (box) box.scrollTop = box.scrollHeight;
    setUnseen(false);
  };
  const scrolled = () => {
    const box = frame.current;
    if (!box) return;
    // Only a scroll upwards leaves the bottom: the browser itself scrolls downwards to hold
    // its place when the column becomes narrower.
    const near = box.scrollHeight - box.scrollTop - box.clientHeight < 60;
    if (near || box.scrollTop < lastTop.current) atBottom.current = near;
    lastTop.current = box.scrollTop;
    if (near) setUnseen(false);
  };

  useLayoutEffect(() => {
    if (atBottom.current) toBottom();
    else setUnseen(true);
  }, [last]);

  useLayoutEffect(() => {
    if (sending === null) return;
    atBottom.current = true;
    toBottom();
  }, [sending]);

  // Charts, images and edited messages grow after they are drawn.
  useEffect(() => {
    const observer = new ResizeObserver(() => atBottom.current && toBottom());
    if (inner.current) observer.observe(inner.current);
    return () => observer.disconnect();
  }, []);

  return (
    <div className="list-frame">
      <div
        ref={frame}
        className="list"
        onScroll={scrolled}
        role="log"
        aria-live="polite"
        aria-label={label}
        tabIndex={0}
      >
        <div ref={inner} className="list-inner">
          {before}
          {messages.map((message, index) => {
            const previous = messages[index - 1];
            const newDay = previous === undefined || !sameDay(previous.ts, message.ts);
            return (
              <Fragment key={`${message.ts}${message.ephemeral ? "e" : ""}`}>
                {newDay && (
                  <div className="day">
                    <span>{dayName(message.ts, clock)}</span>
                  </div>
                )}
                <MessageView
                  message={message}
                  me={me}
                  names={names}
                  compact={follows(message, previous)}
                  openThread={openThread}
                />
              </Fragment>
            );
          })}
          {children}
        </div>
      </div>
      {unseen && (
        <button
          type="button"
          className="newer"
          onClick={() => {
            atBottom.current = true;
            toBottom();
          }}
        >
          New messages ↓
        </button>
      )}
    </div>
  );
}
