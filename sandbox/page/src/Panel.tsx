/** The sandbox's own controls: the clock, the billing services, things that break. */
import { useState } from "react";
import { changeWorld, moveClock, reset, setFault } from "./api";
import { longClock, nextMonth } from "./time";
import type { Json, State, World } from "./types";

const LABELS: { [provider: string]: string } = {
  lineworks: "LINE WORKS",
  softwareone: "SoftwareOne",
  i3dnet: "i3D.net",
};

const DEEDS: [string, string, string][] = [
  ["issue", "Issue an invoice", "issued"],
  ["pay", "Pay one", "paid"],
  ["part_pay", "Part payment", "partly paid"],
  ["amend", "Amend one", "amended"],
  ["credit", "Credit note", "credited"],
];

/** LINE WORKS bills are paid as a whole, and the world gives no credit on them. */
const NEVER: { [provider: string]: string[] } = { lineworks: ["part_pay", "credit"] };

const PROVIDER_FAULTS: [string, string][] = [
  ["none", "Works"],
  ["down", "Down (503)"],
  ["slow", "Slow (5 s)"],
  ["hang", "Hangs (30 s)"],
  ["refused", "Refuses the key"],
  ["html", "Answers HTML"],
  ["busy", "Busy (429)"],
];

const SLACK_FAULTS: [string, string][] = [
  ["none", "Works"],
  ["busy", "Busy (429)"],
  ["html", "Error page (500)"],
  ["slow", "Slow (5 s)"],
  ["drop", "Drops connections"],
];

type Props = {
  state: State;
  world: World | null;
  now: Date;
  lost: boolean;
  insert: (text: string) => void;
  close: () => void;
};

export function Panel({ state, world, now, lost, insert, close }: Props) {
  const [said, setSaid] = useState<{ text: string; number?: string } | null>(null);
  const [busy, setBusy] = useState<string | null>(null);

  const run = async (key: string, job: () => Promise<{ text: string; number?: string } | null>) => {
    if (busy !== null) return;
    setBusy(key);
    try {
      setSaid(await job());
    } catch (error) {
      setSaid({ text: (error as Error).message });
    } finally {
      setBusy(null);
    }
  };

  const providers = Object.keys(world ?? LABELS);
  const label = (provider: string) => world?.[provider]?.label ?? LABELS[provider] ?? provider;
  return (
    <aside className="panel" aria-label="Sandbox controls">
      <header className="channel-head">
        <h1>Sandbox</h1>
        <span className="spacer" />
        <button
          type="button"
          className="icon"
          aria-label="Hide the sandbox controls"
          onClick={close}
        >
          ×
        </button>
      </header>
      <div className="panel-body">
        <Connection state={state} lost={lost} />
        <section>
          <h2>Clock</h2>
          <p className="clock" data-testid="clock">
            <time dateTime={now.toISOString()}>{longClock(now)}</time>
          </p>
          <div className="buttons">
            <Step
              busy={busy}
              name="1d"
              text="+1 day"
              run={() => run("1d", () => moveClock({ forward: "1d" }).then(() => null))}
            />
            <Step
              busy={busy}
              name="1w"
              text="+1 week"
              run={() => run("1w", () => moveClock({ forward: "7d" }).then(() => null))}
            />
            <Step
              busy={busy}
              name="month"
              text="Next month"
              run={() =>
                run("month", () => moveClock({ to: nextMonth(now.toISOString()) }).then(() => null))
              }
            />
          </div>
        </section>
        <section>
          <h2>Billing services</h2>
          {providers.map((provider) => (
            <fieldset key={provider}>
              <legend>{label(provider)}</legend>
              <div className="buttons">
                {DEEDS.filter(([deed]) => !NEVER[provider]?.includes(deed)).map(
                  ([deed, text, past]) => (
                    <button
                      key={deed}
                      type="button"
                      className={deed === "issue" ? "small primary" : "small"}
                      data-testid={`do-${deed}-${provider}`}
                      aria-label={`${label(provider)}: ${text}`}
                      aria-busy={busy === `${deed}-${provider}`}
                      onClick={() =>
                        void run(`${deed}-${provider}`, async () => {
                          const { number } = await changeWorld(deed, provider);
                          return { text: `${label(provider)}: ${past}`, number };
                        })
                      }
                    >
                      {text}
                    </button>
                  ),
                )}
              </div>
            </fieldset>
          ))}
          <p className="said" role="status">
            {said?.text}{" "}
            {said?.number && (
              <button
                type="button"
                className="link"
                onClick={() => insert(`/invoice ${said.number}`)}
              >
                {said.number}
              </button>
            )}
          </p>
        </section>
        <section>
          <h2>Break something</h2>
          {[...providers, "slack"].map((target) => (
            <FaultSwitch
              key={target}
              target={target}
              label={target === "slack" ? "Slack stand-in" : label(target)}
              kind={faultKind(state.faults, target)}
              failed={(text) => setSaid({ text })}
            />
          ))}
        </section>
        <section>
          <button
            type="button"
            className="small"
            data-testid="reset"
            onClick={() =>
              void run("reset", () =>
                reset().then(() => ({ text: "Everything is back at the start." })),
              )
            }
          >
            Start again
          </button>
        </section>
      </div>
    </aside>
  );
}

function Step({
  name,
  text,
  busy,
  run,
}: {
  name: string;
  text: string;
  busy: string | null;
  run: () => void;
}) {
  return (
    <button
      type="button"
      className="small"
      data-testid={`clock-${name}`}
      aria-busy={busy === name}
      onClick={run}
    >
      {text}
    </button>
  );
}

function Connection({ state, lost }: { state: State; lost: boolean }) {
  const ways = { socket: " · Socket Mode", http: " · HTTP" };
  const via = state.bot.via ? ways[state.bot.via] : "";
  const text = lost
    ? "The sandbox does not answer"
    : state.bot.connected
      ? `Duebot is connected${via}`
      : "Duebot is not connected";
  const good = state.bot.connected && !lost;
  return (
    <p className={good ? "connection good" : "connection"} data-testid="bot" role="status">
      <span aria-hidden /> {text}
    </p>
  );
}

/** A fault is told as a word or as an object with a `kind`. */
function faultKind(faults: Json, target: string): string {
  const fault: unknown = faults[target];
  if (typeof fault === "string") return fault;
  return ((fault as Json | null | undefined)?.kind as string | undefined) ?? "none";
}

function FaultSwitch({
  target,
  label,
  kind,
  failed,
}: {
  target: string;
  label: string;
  kind: string;
  failed: (text: string) => void;
}) {
  const offered = target === "slack" ? SLACK_FAULTS : PROVIDER_FAULTS;
  const known = offered.some(([value]) => value === kind);
  return (
    <label className={kind === "none" ? "fault" : "fault broken"}>
      <span>{label}</span>
      <select
        data-testid={`fault-${target}`}
        value={kind}
        onChange={(event) =>
          void setFault(target, event.target.value).catch((error: Error) => failed(error.message))
        }
      >
        {offered.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
        {!known && <option value={kind}>{kind}</option>}
      </select>
    </label>
  );
}
