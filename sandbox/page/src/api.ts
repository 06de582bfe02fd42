/** The sandbox's control API; every failure is an Error with a sentence. */
import type { Delivery, Json, Message, Option, State, Values, Views, World } from "./types";

async function call<T>(path: string, body?: Json): Promise<T> {
  const init: RequestInit =
    body === undefined
      ? {}
      : {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(body),
        };
  let reply: Response;
  try {
    reply = await fetch(`/sandbox/${path}`, init);
  } catch {
    throw new Error("The sandbox does not answer. Is it still running?");
  }
  const text = await reply.text();
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch {
    throw new Error(`The sandbox answered ${reply.status} without JSON.`);
  }
  if (!reply.ok) {
    throw new Error(
      typeof json.error === "string" ? json.error : `The sandbox answered ${reply.status}.`,
    );
  }
  return json as T;
}

const query = (args: { [name: string]: string }) => new URLSearchParams(args).toString();

export const fetchState = (as: string) => call<State>(`state?${query({ as })}`);

export const fetchMessages = async (as: string, channel: string) =>
  (await call<{ messages: Message[] }>(`messages?${query({ channel, as })}`)).messages;

export const fetchThread = async (as: string, channel: string, ts: string) =>
  (await call<{ messages: Message[] }>(`thread?${query({ channel, ts, as })}`)).messages;

export const fetchViews = (as: string) => call<Views>(`views?${query({ as })}`);

export const fetchWorld = async () => (await call<{ providers: World }>("world")).providers;

export const sendCommand = (user: string, channel: string, command: string, text: string) =>
  call<Delivery>("command", { user, channel, command, text });

export const say = (user: string, channel: string, text: string, thread_ts?: string) =>
  call<Delivery>("say", thread_ts ? { user, channel, text, thread_ts } : { user, channel, text });

/** Where an element stands: in a message or in a view. */
export type Place = { channel: string; message_ts: string } | { view_id: string };

export const act = (user: string, place: Place, action: Json) =>
  call<Delivery>("action", { user, ...place, ...action });

export const fetchOptions = async (user: string, place: Place, asked: Json): Promise<Option[]> => {
  const reply = await call<Json>("options", { user, ...place, ...asked });
  if (reply.ok === false) throw new Error(`Duebot offered nothing (${reply.error}).`);
  const groups = (reply.option_groups ?? []) as { options: Option[] }[];
  return [...((reply.options ?? []) as Option[]), ...groups.flatMap((group) => group.options)];
};

export const submitView = (user: string, view_id: string, values: Values) =>
  call<Delivery & { errors?: { [blockId: string]: string } | null }>("view/submit", {
    user,
    view_id,
    values,
  });

export const closeView = (user: string, view_id: string) =>
  call<Delivery>("view/close", { user, view_id });

export const openHome = (user: string, tab: "home" | "messages") =>
  call<Delivery>("home", { user, tab });

/** Use a shortcut: on a message when one is given, else the global one. */
export const takeShortcut = (
  user: string,
  callback_id: string,
  message?: { channel: string; message_ts: string },
) => call<Delivery>("shortcut", { user, callback_id, ...message });

export const moveClock = (move: { forward: string } | { to: string }) => call<Json>("clock", move);

export const changeWorld = (does: string, provider: string) =>
  call<{ ok: boolean; number?: string }>("world", { do: does, provider });

export const setFault = (target: string, kind: string) => call<Json>("faults", { target, kind });

export const reset = () => call<Json>("reset", {});
