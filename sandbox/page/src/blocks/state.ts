/** What interactive elements hold, in Slack's words; source: Slack, block_actions payload. */
import type { Block, Element, ElementState, Option, Values } from "../types";

export const optionsOf = (element: Element): Option[] => [
  ...((element.options ?? []) as Option[]),
  ...((element.option_groups ?? []) as { options: Option[] }[]).flatMap((group) => group.options),
];

/** The state an element starts with, from its `initial_…` field. */
export function initialState(element: Element): ElementState {
  const pairs: [string, string][] = [
    ["initial_value", "value"],
    ["initial_option", "selected_option"],
    ["initial_options", "selected_options"],
    ["initial_date", "selected_date"],
    ["initial_time", "selected_time"],
    ["initial_date_time", "selected_date_time"],
    ["initial_user", "selected_user"],
    ["initial_users", "selected_users"],
    ["initial_channel", "selected_channel"],
    ["initial_channels", "selected_channels"],
    ["initial_conversation", "selected_conversation"],
    ["initial_conversations", "selected_conversations"],
  ];
  const state: ElementState = { type: element.type };
  if (element.type === "rich_text_input")
    return { ...state, rich_text_value: element.initial_value ?? null };
  for (const [from, to] of pairs) if (element[from] !== undefined) state[to] = element[from];
  return state;
}

/** The name of the state's one field, by element type. */
export function fieldOf(type: string): string {
  const many = type.startsWith("multi_");
  const noun = type.replace(/^multi_/, "").replace(/_select$/, "");
  if (noun === "users" || noun === "channels" || noun === "conversations") {
    return `selected_${many ? noun : noun.slice(0, -1)}`;
  }
  if (type === "checkboxes" || many) return "selected_options";
  if (type === "rich_text_input") return "rich_text_value";
  if (type === "file_input") return "files";
  if (type === "datepicker") return "selected_date";
  if (type === "timepicker") return "selected_time";
  if (type === "datetimepicker") return "selected_date_time";
  if (["static_select", "external_select", "radio_buttons", "overflow"].includes(type))
    return "selected_option";
  return "value";
}

/** Every stateful element of a view with what it holds: the `values` of a submission. */
export function collect(blocks: Block[], held: Values): Values {
  const values: Values = {};
  for (const block of blocks) {
    const elements: Element[] =
      block.type === "input"
        ? [block.element]
        : block.type === "actions"
          ? block.elements
          : block.accessory
            ? [block.accessory]
            : [];
    for (const element of elements) {
      if (["button", "overflow", "image", "workflow_button"].includes(element.type)) continue;
      const blockId = block.block_id ?? "";
      const actionId = element.action_id ?? "";
      const state = held[blockId]?.[actionId] ?? initialState(element);
      const field = fieldOf(element.type);
      const empty = field.endsWith("s") ? [] : null;
      values[blockId] = {
        ...values[blockId],
        [actionId]: { ...state, [field]: state[field] ?? empty },
      };
    }
  }
  return values;
}

/** The sentence Slack shows under a field that must not stay empty. */
export function missing(blocks: Block[], values: Values): { [blockId: string]: string } {
  const errors: { [blockId: string]: string } = {};
  for (const block of blocks) {
    if (block.type !== "input" || block.optional) continue;
    const state = values[block.block_id ?? ""]?.[block.element.action_id ?? ""] ?? {};
    const value = state[fieldOf(block.element.type)];
    const empty = value === null || value === "" || (Array.isArray(value) && value.length === 0);
    if (empty) errors[block.block_id ?? ""] = "Please complete this required field.";
  }
  return errors;
}
